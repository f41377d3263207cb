import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  jobErrorCodes,
  otherJobErrorCodes,
  permanentJobErrors,
} from "../../../lambdas/contract/job-errors.ts";
import { refusalStatus } from "../../../lambdas/contract/refusals.ts";
import { parseSettings, settingNames } from "../../../lambdas/platform/settings.ts";

const root = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");

/** The cells of every table row of a page that begins so, without backticks. */
function rows(page: string, start: RegExp): string[][] {
  return read(page)
    .split("\n")
    .filter((line) => start.test(line))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.replaceAll("`", "").trim()),
    );
}

test("the settings are listed with the defaults they have", () => {
  const documented = rows("docs/settings.md", /^\| `SLUICE_/).map(([name, value]) => [name, value]);
  const defaults = parseSettings({});
  const actual = settingNames.map((name) => [`SLUICE_${name}`, String(defaults[name] ?? "")]);
  expect(documented).toEqual(actual);
});

test("every error code is listed under its status", () => {
  const documented = rows("docs/errors.md", /^\| \d{3} \|/).map(([status, code]) => [
    code,
    Number(status),
  ]);
  expect(Object.fromEntries(documented)).toEqual(refusalStatus);
});

test("every code of a failed job is listed, and whether a retry helps", () => {
  const documented = rows("docs/errors.md", /^\| `\w+`.* \| (?:yes|no) \|/).flatMap(
    ([codes = "", retry]) => codes.split(", ").map((code) => [code, retry] as const),
  );
  const actual = [...new Set([...jobErrorCodes.values(), ...otherJobErrorCodes])].map(
    (code) => [code, permanentJobErrors.has(code) ? "no" : "yes"] as const,
  );
  expect(new Map(documented)).toEqual(new Map(actual));
});

test("CONTRIBUTING lists every npm script", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const page = read("CONTRIBUTING.md");
  const section = page.slice(page.indexOf("## Commands"), page.indexOf("## Where things are"));
  const documented = [...section.matchAll(/^\| `([\w:]+)` \|/gm)].map(([, name]) => name);
  expect(new Set(documented)).toEqual(new Set(Object.keys(scripts)));
});

test("CI installs and tests by the commands of README", () => {
  const commands = (text: string) => [...text.matchAll(/^(npm .+)$/gm)].map(([, line]) => line);
  expect(commands(read(".ci/run"))).toEqual(["npm ci", "npm test"]);
  for (const command of commands(read(".ci/run"))) expect(read("README.md")).toContain(command);
  expect(read(".github/workflows/ci.yml")).toMatch(/^ +- run: \.ci\/run$/m);
});

test("README takes two screens", () => {
  expect(read("README.md").split("\n").length).toBeLessThanOrEqual(100);
});

describe("links between files", () => {
  const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "statemachine/README.md"].concat(
    readdirSync(join(root, "docs"), { recursive: true })
      .map((name) => `docs/${String(name)}`)
      .filter((name) => name.endsWith(".md")),
  );

  /** Of each heading, as GitHub makes it. */
  const anchorsOf = (page: string) =>
    [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    );

  test.each(pages)("%s leads only to headings that exist", (page) => {
    const targets = [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)];
    const missing = targets.filter(([, file = "", anchor = ""]) => {
      const target = file === "" ? page : join(dirname(page), file);
      return target.endsWith(".md") && !anchorsOf(target).includes(anchor);
    });
    expect(missing.map(([link]) => link)).toEqual([]);
  });

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
