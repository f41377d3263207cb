import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { refusalStatus } from "../../../lambdas/contract/refusals.ts";
import { parseSettings, settingNames } from "../../../lambdas/platform/settings.ts";

const root = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const readme = read("README.md");

/** The cells of every table row that begins so, without backticks. */
function rows(start: RegExp): string[][] {
  return readme
    .split("\n")
    .filter((line) => start.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
}

test("README lists every setting with the default it has", () => {
  const documented = rows(/^\| `SLUICE_/).map(([name, value]) => [name, value]);
  const defaults = parseSettings({});
  const actual = settingNames.map((name) => [`SLUICE_${name}`, String(defaults[name] ?? "")]);
  expect(documented).toEqual(actual);
});

test("README lists every error code under its status", () => {
  const documented = rows(/^\| \d{3} \|/).map(([status, code]) => [code, Number(status)]);
  expect(Object.fromEntries(documented)).toEqual(refusalStatus);
});

test("README lists every npm script", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const section = readme.slice(readme.indexOf("## Commands"));
  const documented = [...section.matchAll(/^\| `([\w:]+)` \|/gm)].map(([, name]) => name);
  expect(new Set(documented)).toEqual(new Set(Object.keys(scripts)));
});

describe("links between files", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "statemachine/README.md"].concat(
    readdirSync(join(root, "docs/adr")).map((name) => `docs/adr/${name}`),
  );

  test.each(pages)("%s leads only to files that exist", (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)];
    const missing = targets
      .map(([, target = ""]) => join(dirname(page), target))
      .filter((target) => !existsSync(join(root, target)));
    expect(missing).toEqual([]);
  });
});

test("the index of decisions lists each of them, under its title", () => {
  const index = read("docs/adr/README.md");
  const decisions = readdirSync(join(root, "docs/adr")).filter((name) => /^\d{4}-/.test(name));
  expect(decisions.length).toBeGreaterThan(0);
  for (const name of decisions) {
    const [, number, title] = /^# (\d+)\. (.+)$/m.exec(read(`docs/adr/${name}`)) ?? [];
    expect(index).toContain(`| [${number}](${name}) | ${title} |`);
  }
});
