/** Many schedules, chosen by a seed; ends with the first that breaks a rule. */
import * as fc from "fast-check";
import { type Family, scenarioOf } from "./scenario.ts";
import { simulate } from "./simulation.ts";

export interface Campaign {
  readonly families: readonly Family[];
  readonly schedules: number;
  readonly seed: number;
  /** One schedule of the campaign, by its number. */
  readonly path?: string;
  /** Told of what happens in each. */
  readonly trace?: (line: string) => void;
}

export interface Outcome {
  readonly schedules: number;
  /** Port calls and other events. */
  readonly steps: number;
  readonly simulatedMs: number;
  readonly counts: Readonly<Record<string, number>>;
  /** What rule was broken, and how to see it again. */
  readonly failure?: { readonly what: string; readonly seed: number; readonly path: string };
}

export async function run({ families, schedules, seed, path, trace }: Campaign): Promise<Outcome> {
  const counts: Record<string, number> = {};
  let steps = 0;
  let simulatedMs = 0;
  let done = 0;
  const property = fc.asyncProperty(scenarioOf(families), async (scenario) => {
    trace?.(JSON.stringify(scenario, undefined, 1));
    const report = await simulate(scenario, {}, trace);
    done += 1;
    steps += report.steps;
    simulatedMs += report.simulatedMs;
    for (const [name, count] of report.counts) counts[name] = (counts[name] ?? 0) + count;
    if (report.violation !== undefined) throw report.violation;
  });
  // Shrinking would take longer than reading the trace of one short schedule.
  const details = await fc.check(property, {
    numRuns: path === undefined ? schedules : 1,
    seed,
    endOnFailure: true,
    ...(path === undefined ? {} : { path }),
  });
  const outcome = { schedules: done, steps, simulatedMs, counts };
  if (!details.failed) return outcome;
  const what = String(details.errorInstance);
  return { ...outcome, failure: { what, seed, path: details.counterexamplePath ?? "0" } };
}

/** The command that replays it. */
export function replay(
  families: readonly Family[],
  { seed, path }: { seed: number; path: string },
) {
  return `npm run test:simulation -- --families ${families.join(",")} --seed ${seed} --path ${path}`;
}
