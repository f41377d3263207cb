/** A crash before and after every port call of every step: not by chance, but one by one. */
import { expect, test } from "vitest";
import { noFaults } from "./engine/faults.ts";
import type { Scenario } from "./engine/scenario.ts";
import { simulate } from "./engine/simulation.ts";

const quiet: Scenario = {
  seed: 4,
  limits: {
    maxQueued: 2,
    maxActive: 1,
    metadataPerJob: 2,
    spareLlm: 1,
    spareEmbeddings: 1,
    breakerThreshold: 3,
  },
  submissions: [
    { atMs: 0, document: 0, variant: 0, passages: 2, refusedBy: "nobody", key: 0 },
    { atMs: 100, document: 0, variant: 1, passages: 11, refusedBy: "nobody", key: undefined },
  ],
  cancels: [{ atMs: 2_000, of: 1 }],
  retries: [{ atMs: 30_000, of: 1 }],
  pauses: [{ atMs: 20_000, lengthMs: 8_000 }],
  faults: noFaults,
  outages: [],
  siblingsRunOn: false,
  calmAtMs: 180_000,
};

const steps = [
  "submit",
  "dispatch",
  "extract",
  "chunk",
  "metadata",
  "embed",
  "store",
  "finish",
  "sweep",
  "cancel",
  "retry",
  "intake",
];
/** More phases of port calls than any step has. */
const mostCalls = 400;

test.each(steps)("%s may die before and after each of its port calls", async (step) => {
  let crashes = 0;
  for (let call = 1; call <= mostCalls; call++) {
    const { violation, counts } = await simulate({ ...quiet, crash: { step, call } });
    expect(violation, `${step} dying at phase ${call}`).toBeUndefined();
    if (counts.get("plannedCrashes") === undefined) break;
    crashes += 1;
  }
  expect(crashes).toBeGreaterThan(3);
  expect(crashes).toBeLessThan(mostCalls);
});
