/**
 * `npm run test:simulation`: many schedules, on every core, with a table of
 * what happened in them. `-- --seed S --path P --families …` replays one, with
 * a line for each port call; a failing run prints that command.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { type Campaign, type Outcome, replay, run } from "./engine/campaign.ts";
import { type Family, families } from "./engine/scenario.ts";

const { values } = parseArgs({
  options: {
    schedules: { type: "string", default: "200000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_007) },
    families: { type: "string", default: Object.keys(families).join(",") },
    workers: { type: "string", default: String(availableParallelism()) },
    path: { type: "string" },
  },
});

const chosen = values.families.split(",").map((name) => {
  if (Object.hasOwn(families, name)) return name as Family;
  throw new Error(`--families knows ${Object.keys(families).join(", ")}, not ${name}.`);
});

/** Schedules of one piece of work: small, so that the first failure ends the run soon. */
const pieceSchedules = 1_000;

function inWorker(campaign: Campaign): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: campaign });
    worker.once("message", (outcome: Outcome) => resolve(outcome));
    worker.once("error", reject);
  });
}

async function runAll(schedules: number, seed: number, workers: number): Promise<number> {
  const pieces = Math.ceil(schedules / pieceSchedules);
  const startedMs = Date.now();
  const total = { schedules: 0, steps: 0, simulatedMs: 0 };
  const counts: Record<string, number> = {};
  const failures: Outcome["failure"][] = [];
  let next = 0;
  const lane = async () => {
    while (next < pieces && failures.length === 0) {
      const piece = next++;
      const left = Math.min(pieceSchedules, schedules - piece * pieceSchedules);
      const campaign = { families: chosen, schedules: left, seed: seed + piece };
      const outcome = await inWorker(campaign);
      total.schedules += outcome.schedules;
      total.steps += outcome.steps;
      total.simulatedMs += outcome.simulatedMs;
      for (const [name, count] of Object.entries(outcome.counts)) {
        counts[name] = (counts[name] ?? 0) + count;
      }
      if (outcome.failure !== undefined) failures.push(outcome.failure);
    }
  };
  await Promise.all(Array.from({ length: workers }, lane));
  const rows = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  console.table(Object.fromEntries(rows.map(([name, times]) => [name, { times }])));
  console.log(
    `${total.schedules} schedules from seed ${seed}, ${total.steps} steps, ` +
      `${Math.round(total.simulatedMs / 3_600_000)} simulated hours, ` +
      `${Math.round((Date.now() - startedMs) / 1_000)} s: ${failures.length} violations.`,
  );
  for (const failure of failures) {
    if (failure === undefined) continue;
    console.log(`${failure.what}\nSee it with: ${replay(chosen, failure)}`);
  }
  return failures.length === 0 && total.schedules === schedules ? 0 : 1;
}

if (!isMainThread) {
  // The rule is about windows; a worker's port has no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  parentPort?.postMessage(await run(workerData as Campaign));
} else if (values.path !== undefined) {
  const { path, seed } = values;
  const trace = (line: string) => console.log(line);
  const one = { families: chosen, schedules: 1, seed: Number(seed), path, trace };
  const { failure } = await run(one);
  console.log(failure?.what ?? "No rule was broken.");
  process.exitCode = failure === undefined ? 0 : 1;
} else {
  process.exitCode = await runAll(
    Number(values.schedules),
    Number(values.seed),
    Number(values.workers),
  );
}
