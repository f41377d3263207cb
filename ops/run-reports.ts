/** What Lambda reports of each run of a function: time, memory and cold starts. */
import type { LogLine } from "./job-logs.ts";

/** All runs of one step, summed up. */
export interface StepRuns {
  readonly step: string;
  readonly runs: number;
  readonly coldStarts: number;
  /** Of the slowest cold start; 0 without one. */
  readonly longestInitMs: number;
  readonly longestMs: number;
  readonly memoryMb: number;
  readonly mostUsedMb: number;
}

const report =
  /^REPORT RequestId: \S+\s+Duration: ([\d.]+) ms\s.*Memory Size: (\d+) MB\s+Max Memory Used: (\d+) MB(?:\s+Init Duration: ([\d.]+) ms)?/;

/** @param lines of the functions' logs; others than reports are left out */
export function runsByStep(lines: readonly LogLine[]): StepRuns[] {
  const byStep = new Map<string, StepRuns>();
  for (const { step, text } of lines) {
    const [, duration, size, used, init] = report.exec(text) ?? [];
    if (duration === undefined) continue;
    const before = byStep.get(step);
    byStep.set(step, {
      step,
      runs: (before?.runs ?? 0) + 1,
      coldStarts: (before?.coldStarts ?? 0) + (init === undefined ? 0 : 1),
      longestInitMs: Math.max(before?.longestInitMs ?? 0, Number(init ?? 0)),
      longestMs: Math.max(before?.longestMs ?? 0, Number(duration)),
      memoryMb: Number(size),
      mostUsedMb: Math.max(before?.mostUsedMb ?? 0, Number(used)),
    });
  }
  return [...byStep.values()].toSorted((a, b) => (a.step < b.step ? -1 : 1));
}
