/** What the pages tell people to type, typed beside an `npm start`. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { environment } from "../../lambdas/platform/environment.ts";
import { repository } from "../../ops/paths.ts";
import { type Command, LocalFolder, runCommand } from "../support/cli/command.ts";

const page = (name: string) => readFileSync(join(repository, name), "utf8");
/** In a folder of the test's own, which has the examples and the stack as the repository has them. */
const folder = new LocalFolder().withEmulator();
let place: string;
let stack: Command;

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), "sluice-typed-"));
  cpSync(join(repository, "examples"), join(place, "examples"), { recursive: true });
  symlinkSync(folder.path, join(place, ".sluice"));
  stack = runCommand("local/start.ts", [], {
    env: { SLUICE_FOLDER: folder.path, SLUICE_PORT: "0" },
  });
  await stack.says("Try it in another terminal", 280_000);
}, 300_000);
afterAll(async () => {
  stack.process.kill("SIGINT");
  await stack.ended;
  folder.remove();
  rmSync(place, { recursive: true, force: true });
}, 60_000);

/** `npm run sluice --` is what npm would run, without npm's second to start. */
const npm = `npm() {
  while [ "$1" != "--" ]; do shift; done; shift
  node "${join(repository, "cli/main.ts")}" "$@"
}`;

/** As a person types it: the first line that fails ends it. */
function typed(script: string): Promise<{ status: number; said: string }> {
  const shell = ["--norc", "-eu", "-o", "pipefail", "-c", `${npm}\n${script}`];
  const env = { PATH: environment["PATH"], HOME: place, SLUICE_FOLDER: folder.path };
  return new Promise((resolve) => {
    const child = execFile("bash", shell, { cwd: place, env }, (error, out, err) => {
      // The outputs in the pages are copied from here.
      console.log(`${script}\n${out}${err}`);
      resolve({ status: error === null ? 0 : Number(error.code), said: out + err });
    });
    child.stdin?.end();
  });
}

// First, on an empty stack, as a newcomer has it.
describe("README", () => {
  /** Commands with what they print, each `$ command` and the lines below it. */
  const shown = [...page("README.md").matchAll(/^```console\n(.*?)^```/gms)]
    .flatMap(([, block = ""]) => block.split(/^\$ /m).slice(1))
    .map((each) => {
      const [command = "", ...lines] = each.trimEnd().split("\n");
      return { command, lines };
    })
    .filter(({ command }) => command.startsWith("npm run sluice"));

  test("shows what its commands print", async () => {
    expect(shown.length).toBeGreaterThanOrEqual(2);
    for (const { command, lines } of shown) {
      const { status, said } = await typed(command);
      expect({ status, said }).toMatchObject({ status: 0 });
      const words = (text: string) => text.replaceAll(/[\d.,]+/g, "0").replaceAll(/\s+/g, " ");
      for (const line of lines.filter((one) => !/^\s*(?:…|$)/.test(one))) {
        expect(words(said)).toContain(words(line).trim());
      }
    }
  });

  test("asks a question whose answer stands first", async () => {
    const search = shown.find(({ command }) => command.includes(" search "));
    const { said } = await typed(search?.command ?? "");
    expect(said.split("\n").find((line) => line.startsWith("1. "))).toContain("lock-inspection");
    expect(said.slice(0, said.indexOf("\n2. "))).toMatch(/diver/i);
  });
});

interface Answer {
  readonly question: string;
  readonly scripts: readonly string[];
}

const answers: Answer[] = page("docs/how-do-i.md")
  .split(/^### … /m)
  .slice(1)
  .map((section) => ({
    question: section.slice(0, section.indexOf("\n")),
    scripts: [...section.matchAll(/^```sh\n(.*?)^```/gms)].map(([, script = ""]) => script),
  }));

describe("docs/how-do-i.md", () => {
  test("answers twenty questions", () => {
    expect(answers.length).toBeGreaterThanOrEqual(20);
  });

  test.for(answers.filter(({ scripts }) => scripts.length > 0))(
    "how do I … $question",
    async ({ scripts }) => {
      for (const script of scripts) {
        expect(await typed(script)).toMatchObject({ status: 0 });
      }
    },
  );
});
