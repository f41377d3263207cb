/**
 * `npm test`: everything CI runs. Projects that keep two cores busy, or must not
 * wait for others, run alone; the others wait much, for deployments and for each
 * other's functions, and run in two lanes side by side, each line with the name of its project.
 * `npm test -- unit [file…]` runs one project, or some of its files.
 *
 * The last line of the output counts the tests; the lines before it name those
 * that failed, and the exit status agrees.
 */
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { environment } from "../lambdas/platform/environment.ts";
import {
  add,
  failuresOf,
  isGood,
  nothing,
  sentence,
  type Tally,
  tallyOf,
} from "./support/measures/tally.ts";

/** The projects of vitest.config.ts, and how long each may take before it counts as hung. */
const limitMinutes = {
  unit: 15,
  documents: 10,
  admission: 15,
  // With all endpoints, see test/README.md.
  providers: 25,
  // A sync of a source may wait for several minutes.
  integration: 30,
  browser: 15,
  observability: 10,
  contracts: 10,
  laptop: 20,
} as const;
type Project = keyof typeof limitMinutes;

/** One after the other; a stage's lanes at the same time, a lane's projects one after the other. */
const stages: readonly (readonly (readonly Project[])[])[] = [
  [["unit"]],
  [["admission"]],
  [
    ["integration", "observability"],
    ["providers", "laptop"],
  ],
  // Each lane keeps about one core busy.
  [["browser"], ["contracts", "documents"]],
];

const root = join(import.meta.dirname, "..");
const reports = join(root, "test-results");

/**
 * Runs a program of this repository; answers its exit status.
 * @param name before each line of its output, where another program's goes through at the same time
 */
async function run(
  program: string,
  args: readonly string[],
  limitMs: number,
  name?: string,
): Promise<number> {
  const output = name === undefined ? "inherit" : "pipe";
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...environment,
      PATH: [join(root, "node_modules", ".bin"), environment["PATH"]].join(delimiter),
    },
    stdio: ["ignore", output, output],
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on("line", (line) => console.log(`${name} │ ${line}`));
  }
  // SIGTERM first, so that the runner can take down its emulator.
  const overdue = setTimeout(() => {
    console.log(
      `${program} ${args.join(" ")} did not end within ${limitMs / 60_000} minutes: stopping it.`,
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

async function runProject(
  project: Project,
  files: readonly string[],
  aside = false,
): Promise<Tally> {
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
    limitMinutes[project] * 60_000,
    aside ? project.padEnd(longestName) : undefined,
  );
  const text = read(report);
  const ownTally = tallyOf(text, status === 0);
  if (ownTally.failed > 0) {
    const named = failuresOf(text);
    failures.push(...(named.length > 0 ? named : [`✗ ${project} did not end well, see above`]));
  }
  return ownTally;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined; // no report is a finding of its own, see tallyOf
  }
}

async function runLane(projects: readonly Project[], aside: boolean): Promise<Tally> {
  let tally = nothing;
  for (const project of projects) tally = add(tally, await runProject(project, [], aside));
  return tally;
}

const all = Object.keys(limitMinutes) as Project[];
const longestName = Math.max(...all.map((name) => name.length));
const isProject = (argument: string): argument is Project => (all as string[]).includes(argument);
const named = process.argv.slice(2).filter(isProject);
const files = process.argv.slice(2).filter((argument) => !isProject(argument));

mkdirSync(reports, { recursive: true });
const failures: string[] = [];
let tally = nothing;
if (named.length === 0) {
  console.log("── check");
  const status = await run("node", ["scripts/check.ts"], 300_000);
  if (status !== 0) failures.push("✗ npm run check, see above");
  tally = add(tally, { ...nothing, failed: status === 0 ? 0 : 1 });
  for (const lanes of stages) {
    const aside = lanes.length > 1;
    const tallies = await Promise.all(lanes.map((lane) => runLane(lane, aside)));
    tally = tallies.reduce(add, tally);
  }
}
for (const project of named) tally = add(tally, await runProject(project, files));
process.exitCode = isGood(tally) ? 0 : 1;
if (failures.length > 0) console.log(`\n── failed\n${failures.join("\n")}`);
console.log(`\n${sentence(tally)}`);
