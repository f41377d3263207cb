/** What a schedule is made of, chosen by fast-check. */
import * as fc from "fast-check";
import type { Order, Pause, Submission } from "./clients.ts";
import { type FaultRates, noFaults, type PlannedCrash } from "./faults.ts";
import type { Outage } from "./provider.ts";

export interface Scenario {
  /** Of everything that is left to chance. */
  readonly seed: number;
  readonly limits: {
    readonly maxQueued: number;
    readonly maxActive: number;
    readonly metadataPerJob: number;
    /** Permits above one for each slot. */
    readonly spareLlm: number;
    readonly spareEmbeddings: number;
    readonly breakerThreshold: number;
    readonly tenantMaxQueued?: number | undefined;
    readonly tenantMaxActive?: number | undefined;
  };
  readonly submissions: readonly Submission[];
  readonly cancels: readonly Order[];
  readonly retries: readonly Order[];
  readonly pauses: readonly Pause[];
  readonly faults: FaultRates;
  readonly outages: readonly Outage[];
  readonly crash?: PlannedCrash;
  /** As on emulators: what runs beside a failure, or after a stop, goes on. */
  readonly siblingsRunOn: boolean;
  /** From then on nothing goes wrong. */
  readonly calmAtMs: number;
}

/** Families of faults; a schedule has some of them, so that each also acts alone. */
export const families = {
  messages: ["lostMessages", "repeatedMessages", "lateMessages", "unevenSweeps"],
  events: ["lostEvents", "repeatedEvents", "lateMessages"],
  crashes: ["crashes"],
  services: ["throttles", "lostAnswers"],
  slowness: ["slowness"],
  platform: ["platformFailures", "lostConnections", "lostExecutions", "hungExecutions"],
  provider: ["providerFailures"],
  clients: ["lostReplies"],
} as const satisfies Record<string, readonly (keyof FaultRates)[]>;

export type Family = keyof typeof families;

/** How often each fault happens when its family is on: seldom, or often. */
const rates: Readonly<Record<keyof FaultRates, readonly [number, number]>> = {
  lostMessages: [0.1, 1],
  repeatedMessages: [0.1, 1],
  lateMessages: [0.1, 0.6],
  lostEvents: [0.2, 1],
  repeatedEvents: [0.2, 1],
  crashes: [0.002, 0.02],
  throttles: [0.005, 0.03],
  lostAnswers: [0.005, 0.03],
  slowness: [0.005, 0.05],
  platformFailures: [0.05, 0.3],
  lostConnections: [0.05, 0.3],
  lostExecutions: [0.1, 0.5],
  hungExecutions: [0.02, 0.1],
  providerFailures: [0.1, 0.5],
  lostReplies: [0.2, 0.6],
  unevenSweeps: [0.2, 0.8],
};

const submissionOf: fc.Arbitrary<Submission> = fc.record({
  atMs: fc.oneof(fc.nat(200), fc.nat(120_000)),
  document: fc.nat(2),
  variant: fc.nat(2),
  // A batch has ten.
  passages: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 3 }) },
    { weight: 1, arbitrary: fc.integer({ min: 11, max: 12 }) },
  ),
  refusedBy: fc.oneof(
    { weight: 8, arbitrary: fc.constant("nobody" as const) },
    { weight: 1, arbitrary: fc.constantFrom("llm" as const, "embeddings" as const) },
  ),
  hopeless: fc.oneof(
    { weight: 12, arbitrary: fc.constant("nothing" as const) },
    { weight: 1, arbitrary: fc.constantFrom("hangs" as const, "unusable" as const) },
  ),
  key: fc.option(fc.nat(1), { nil: undefined }),
});

const orderOf: fc.Arbitrary<Order> = fc.record({
  atMs: fc.oneof(fc.nat(5_000), fc.nat(200_000)),
  of: fc.nat(2),
});

/** Longer than a request of a dead function can be on its way, and over before the calm. */
const pauseOf: fc.Arbitrary<Pause> = fc.record({
  atMs: fc.oneof(fc.nat(200), fc.nat(100_000)),
  lengthMs: fc.integer({ min: 5_000, max: 60_000 }),
});

const outageOf: fc.Arbitrary<Outage> = fc
  .record({
    dependency: fc.constantFrom("llm" as const, "embeddings" as const),
    fromMs: fc.nat(60_000),
    lengthMs: fc.integer({ min: 1_000, max: 300_000 }),
  })
  .map(({ dependency, fromMs, lengthMs }) => ({ dependency, fromMs, untilMs: fromMs + lengthMs }));

/** For each family: off, seldom or often. */
function faultsOf(allowed: readonly Family[]): fc.Arbitrary<FaultRates> {
  const levels = fc.record(
    Object.fromEntries(
      allowed.map((family) => [
        family,
        fc.oneof(
          { weight: 3, arbitrary: fc.constant(undefined) },
          { weight: 2, arbitrary: fc.constant(0 as const) },
          { weight: 1, arbitrary: fc.constant(1 as const) },
        ),
      ]),
    ),
  );
  return levels.map((level) => {
    const on = allowed.flatMap((family) => {
      const often = level[family];
      return often === undefined
        ? []
        : families[family].map((fault) => [fault, rates[fault][often]] as const);
    });
    return { ...noFaults, ...Object.fromEntries(on) };
  });
}

export function scenarioOf(allowed: readonly Family[]): fc.Arbitrary<Scenario> {
  return fc.record({
    seed: fc.noShrink(fc.integer()),
    limits: fc.record({
      maxQueued: fc.integer({ min: 1, max: 3 }),
      maxActive: fc.integer({ min: 1, max: 2 }),
      metadataPerJob: fc.integer({ min: 1, max: 3 }),
      spareLlm: fc.nat(3),
      spareEmbeddings: fc.nat(2),
      breakerThreshold: fc.integer({ min: 2, max: 5 }),
      tenantMaxQueued: fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined }),
      tenantMaxActive: fc.option(fc.constant(1), { nil: undefined }),
    }),
    submissions: fc.array(submissionOf, { minLength: 1, maxLength: 3 }),
    cancels: fc.array(orderOf, { maxLength: 2 }),
    retries: fc.array(orderOf, { maxLength: 2 }),
    pauses: fc.oneof(
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(pauseOf, { minLength: 1, maxLength: 2 }) },
    ),
    faults: faultsOf(allowed),
    outages: allowed.includes("provider")
      ? fc.oneof(
          { weight: 3, arbitrary: fc.constant([]) },
          { weight: 1, arbitrary: fc.array(outageOf, { minLength: 1, maxLength: 2 }) },
        )
      : fc.constant([]),
    siblingsRunOn: fc.boolean(),
    calmAtMs: fc.constant(200_000),
  });
}
