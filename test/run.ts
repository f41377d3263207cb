/**
 * `npm test`: everything CI runs, in this order, each project by a runner of
 * its own so that the machine's cores serve one kind of test at a time.
 * `npm test -- unit [file…]` runs one project, or some of its files.
 *
 * The last line of the output counts the tests; the exit status agrees with it.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { environment } from "../lambdas/runtime/environment.ts";
import { add, isGood, nothing, sentence, type Tally, tallyOf } from "./support/tally.ts";

/** The projects of vitest.config.ts, and how long each may take before it counts as hung. */
const limitMinutes: Readonly<Record<string, number>> = {
  unit: 15,
  contracts: 10,
  integration: 25,
  laptop: 25,
  browser: 15,
};

const root = join(import.meta.dirname, "..");
const reports = join(root, "test-results");

/** Runs a program of this repository, its output going straight through; answers its exit status. */
async function run(program: string, args: readonly string[], limitMs: number): Promise<number> {
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...environment,
      PATH: [join(root, "node_modules", ".bin"), environment["PATH"]].join(delimiter),
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  // SIGTERM first, so that the runner can take down its emulator.
  const overdue = setTimeout(() => {
    console.log(
      `${program} ${args[0]} did not end within ${limitMs / 60_000} minutes: stopping it.`,
    );
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), 20_000).unref();
  }, limitMs);
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGINT", pass).on("SIGTERM", pass);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve(code ?? 1));
    });
  } finally {
    clearTimeout(overdue);
    process.off("SIGINT", pass).off("SIGTERM", pass);
  }
}

async function runProject(project: string, files: readonly string[]): Promise<Tally> {
  console.log(`\n── ${project}`);
  const report = join(reports, `${project}.json`);
  rmSync(report, { force: true });
  const status = await run(
    "vitest",
    [
      "run",
      `--project=${project}`,
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${report}`,
      ...files,
    ],
    (limitMinutes[project] ?? 5) * 60_000,
  );
  return tallyOf(read(report), status === 0);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // no report is a finding of its own, see tallyOf
  }
}

const all = Object.keys(limitMinutes);
const named = process.argv.slice(2).filter((argument) => all.includes(argument));
const files = process.argv.slice(2).filter((argument) => !all.includes(argument));

mkdirSync(reports, { recursive: true });
let tally = nothing;
if (named.length === 0) {
  console.log("── check");
  const status = await run("node", ["scripts/check.ts"], 300_000);
  tally = add(tally, { ...nothing, failed: status === 0 ? 0 : 1 });
}
for (const project of named.length === 0 ? all : named) {
  tally = add(tally, await runProject(project, files));
}
process.exitCode = isGood(tally) ? 0 : 1;
console.log(`\n${sentence(tally)}`);
