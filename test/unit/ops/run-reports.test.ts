import { expect, test } from "vitest";
import { runsByStep } from "../../../ops/run-reports.ts";

const line = (step: string, text: string) => ({ timeMs: 0, step, text });
const report = (ms: number, used: number, init?: number) =>
  `REPORT RequestId: 8f5a\tDuration: ${ms} ms\tBilled Duration: ${Math.ceil(ms)} ms\tMemory Size: 512 MB\tMax Memory Used: ${used} MB${init === undefined ? "" : `\tInit Duration: ${init} ms`}`;

test("the reports of Lambda are summed up for each step", () => {
  const runs = runsByStep([
    line("submit", report(120.5, 140, 812.3)),
    line("chunk", report(900, 300)),
    line("submit", '{"level":"INFO","message":"audit"}'),
    line("submit", report(20, 150)),
  ]);
  expect(runs).toEqual([
    {
      step: "chunk",
      runs: 1,
      coldStarts: 0,
      longestInitMs: 0,
      longestMs: 900,
      memoryMb: 512,
      mostUsedMb: 300,
    },
    {
      step: "submit",
      runs: 2,
      coldStarts: 1,
      longestInitMs: 812.3,
      longestMs: 120.5,
      memoryMb: 512,
      mostUsedMb: 150,
    },
  ]);
});

test("an emulator's log has none", () => {
  expect(runsByStep([line("submit", "START RequestId: 8f5a")])).toEqual([]);
});
