/** What people are told to type is what the command line takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandNames, commandsIn, objections, typedIn } from "../../support/cli/commands.ts";

const root = join(import.meta.dirname, "../../..");
const read = (file: string) => readFileSync(join(root, file), "utf8");
const filesIn = (folder: string, type: RegExp) =>
  readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => type.test(name));

/** With names for what is filled in, and without those that are filled in whole. */
const typed = (commands: readonly string[]) =>
  commands
    .filter((command) => !/^(?:…|\$\{)/.test(command))
    .map((command) => command.replace(/\$\{[^}]*\}/g, "1"));

const pages = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", ...filesIn("docs", /\.md$/)];
const sources = ["cli", "local", "console", "lambdas"].flatMap((folder) =>
  filesIn(folder, /\.(?:tsx?|html)$/),
);

test.each([
  ["the pages", pages, "`", 10],
  // In a template, a backtick is escaped.
  ["the sentences that programs print", sources, '`"<\\\\', 8],
])("in %s", (_, files, end, atLeast) => {
  const commands = files.flatMap((file) =>
    typed([...commandsIn(read(file), end), ...typedIn(read(file))]),
  );
  expect(commands.length).toBeGreaterThanOrEqual(atLeast);
  expect(objections(commands)).toEqual([]);
});

test("in the list of commands, with and without what may be left out", () => {
  const section =
    read("docs/command-line.md").split("# The command line")[1]?.split("\n\n")[1] ?? "";
  const cells = section
    .split("\n")
    .slice(2)
    .map((row) => row.split(" | ")[0] ?? "");
  const commands = cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, c = ""]) => c));
  expect(commands.length).toBeGreaterThan(10);
  const named = new Set(commands.map((command) => command.split(" ")[0]));
  expect(commandNames().filter((name) => !named.has(name))).toEqual([]);
  const short = commands.map((command) => command.replace(/\[[^\]]*\]/g, ""));
  const whole = commands.map((command) => command.replace(/\[[^\]]*…\]|[[\]]/g, ""));
  expect(objections([...short, ...whole])).toEqual([]);
});
