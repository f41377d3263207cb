import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import {
  type Ended,
  type MachineStep,
  ScriptedMachine,
} from "../../support/state-machine/scripted-machine.ts";
import type { Reply } from "../../support/state-machine/scripted-step.ts";
import { machineFor, retrierOf, stateOf } from "../../support/state-machine/state-machine.ts";

/** An outage of seconds, so that it can be waited out to its end. */
const settings = { SLUICE_OUTAGE_LIMIT_SECONDS: "6", SLUICE_BREAKER_COOLDOWN_SECONDS: "2" };
const definition = machineFor(settings);

let machine: ScriptedMachine;
beforeAll(async () => {
  machine = await ScriptedMachine.deploy(inject("endpoint"), settings);
});
afterAll(() => machine.stop());

const fail = (error: string): Reply => ({ kind: "throw", error, message: `metadata: ${error}!` });
const exit: Reply = { kind: "exit" };
const triesOf = ({ tries }: Ended, step: MachineStep) => tries.filter((each) => each.step === step);
const endings = (ended: Ended) => triesOf(ended, "finish").map(({ event }) => event["ending"]);

/** Ended by the Catch: finish was told once of the error and its cause, nothing came after, the execution failed by that name. */
function expectFailed(ended: Ended, error: string): void {
  expect(endings(ended)).toEqual([
    { kind: "failed", failure: { error, cause: expect.stringMatching(/\S/) as unknown } },
  ]);
  expect({ status: ended.status, error: ended.error }).toEqual({ status: "FAILED", error });
  expect(ended.tries.at(-1)?.step).toBe("finish");
}

const states = { chunk: "Chunk", metadata: "Metadata", embed: "Embed", store: "Store" } as const;
const working = Object.keys(states) as (keyof typeof states)[];

describe.concurrent("a run", () => {
  test("takes the steps in their order, each with ids and batch numbers only", async () => {
    const ended = await machine.run({
      chunk: () => ({
        kind: "answer",
        payload: { unchanged: false, metadataBatches: [0, 1, 2], embeddingsBatches: [1, 2] },
      }),
    });
    expect(ended.status).toBe("SUCCEEDED");
    const attempt = { jobId: ended.tries[0]?.event["jobId"], attempt: 1 };
    expect(triesOf(ended, "chunk").map(({ event }) => event)).toEqual([attempt]);
    const batches = (step: MachineStep) =>
      triesOf(ended, step)
        .map(({ event }) => event)
        .toSorted((a, b) => Number(a["batch"]) - Number(b["batch"]));
    expect(batches("metadata")).toEqual([0, 1, 2].map((batch) => ({ ...attempt, batch })));
    expect(batches("embed")).toEqual([1, 2].map((batch) => ({ ...attempt, batch })));
    expect(ended.tries.slice(-2)).toEqual([
      { step: "store", event: attempt },
      { step: "finish", event: { ...attempt, ending: { kind: "ended" } } },
    ]);
  });

  test("of an unchanged document finishes at once", async () => {
    const ended = await machine.run({
      chunk: () => ({
        kind: "answer",
        payload: { unchanged: true, metadataBatches: [], embeddingsBatches: [] },
      }),
    });
    expect(ended.status).toBe("SUCCEEDED");
    expect(ended.tries.map(({ step }) => step)).toEqual(["extract", "chunk", "finish"]);
  });

  test("of a resumed job with nothing left to describe or embed stores", async () => {
    const ended = await machine.run({
      chunk: () => ({
        kind: "answer",
        payload: { unchanged: false, metadataBatches: [], embeddingsBatches: [] },
      }),
    });
    expect(ended.tries.map(({ step }) => step)).toEqual(["extract", "chunk", "store", "finish"]);
  });

  test("runs no more batches of a stage at once than the settings allow", async () => {
    const batches = Array.from({ length: 8 }, (_, batch) => batch);
    const now: Record<string, number> = { metadata: 0, embed: 0 };
    const most: Record<string, number> = { metadata: 0, embed: 0 };
    const watched = (step: "metadata" | "embed") => async () => {
      now[step] = (now[step] ?? 0) + 1;
      most[step] = Math.max(most[step] ?? 0, now[step]);
      await sleep(150);
      now[step] -= 1;
      return undefined;
    };
    const ended = await machine.run({
      chunk: () => ({
        kind: "answer",
        payload: { unchanged: false, metadataBatches: batches, embeddingsBatches: batches },
      }),
      metadata: watched("metadata"),
      embed: watched("embed"),
    });
    expect(triesOf(ended, "metadata")).toHaveLength(8);
    expect(most).toEqual({
      metadata: stateOf(definition, "MetadataBatches").MaxConcurrency,
      embed: stateOf(definition, "EmbeddingsBatches").MaxConcurrency,
    });
  });
});

describe.concurrent.each(working)("%s", (step) => {
  const state = stateOf(definition, states[step]);
  const custom = (state.Retry ?? [])
    .filter(({ MaxAttempts }) => MaxAttempts > 0)
    .map(({ ErrorEquals, MaxAttempts }) => [ErrorEquals[0] ?? "", MaxAttempts] as const)
    .filter(([error]) => !/^(Lambda|States)\./.test(error))
    // Embed retries as Metadata does; hundreds of waits need not be counted twice.
    .filter(([, attempts]) => step !== "embed" || attempts < 50);

  test("tries again as often as its retriers say, then hands error and cause to finish", async () => {
    const failing = [...custom, ["ThrottlingException", 3] as const];
    const ended = await Promise.all(
      failing.map(([error]) => machine.run({ [step]: () => fail(error) })),
    );
    for (const [index, [error, attempts]] of failing.entries()) {
      const run = ended[index];
      if (run === undefined) throw new Error("A run is missing.");
      expectFailed(run, error);
      expect(`${error}: ${triesOf(run, step).length}`).toBe(`${error}: ${attempts + 1}`);
      expect(JSON.parse(run.cause ?? "")).toMatchObject({ errorMessage: `metadata: ${error}!` });
    }
  });

  test("gives up at once on what another try cannot cure", async () => {
    const [errors = []] = (state.Retry ?? [])
      .filter(({ MaxAttempts }) => MaxAttempts === 0)
      .map(({ ErrorEquals }) => ErrorEquals);
    expect(errors).toContain("JobCancelledError");
    const ended = await Promise.all(
      errors.map((error) => machine.run({ [step]: () => fail(error) })),
    );
    for (const [index, run] of ended.entries()) {
      expectFailed(run, errors[index] ?? "");
      expect(triesOf(run, step)).toHaveLength(1);
    }
  });

  test("survives ten kills of its function, and no more", async () => {
    const ended = await machine.run({ [step]: () => exit });
    expectFailed(ended, "Runtime.ExitError");
    expect(triesOf(ended, step)).toHaveLength(11);
  });

  test("tries a function that hangs again", async () => {
    const ended = await machine.run({
      [step]: (n: number) => (n === 0 ? { kind: "hang" } : undefined),
    });
    expect([ended.status, triesOf(ended, step).length]).toEqual(["SUCCEEDED", 2]);
  });
});

test("Metadata and Embed retry alike", () => {
  expect(stateOf(definition, "Embed").Retry).toEqual(stateOf(definition, "Metadata").Retry);
});

test.concurrent.each(["metadata", "embed"] as const)(
  "in %s, waiting and kills spend none of the retries of failures",
  async (step) => {
    // Each budget used up to its last but none exceeded, in turns.
    const turn = [
      "ProviderThrottledError",
      "CircuitOpenError",
      "CapacityUnavailableError",
      "BatchUnfinishedError",
      "ThrottlingException",
    ];
    const budget = (error: string) =>
      retrierOf(stateOf(definition, states[step]), error)?.MaxAttempts ?? 0;
    expect(turn.map(budget)).toEqual([3, 3, 240, 100, 3]);
    const replies = [1, 2, 3].flatMap(() => [...turn.map(fail), exit]);
    const ended = await machine.run({ [step]: (n: number) => replies[n] });
    expect([ended.status, triesOf(ended, step).length]).toEqual(["SUCCEEDED", replies.length + 1]);
    // One failure more than its retrier allows, however much was waited for.
    const spent = await machine.run({
      [step]: (n: number) => [...replies, fail("ProviderTimeoutError")][n],
    });
    expectFailed(spent, "ProviderTimeoutError");
  },
);

describe.concurrent("finish", () => {
  test("is tried again whatever goes wrong, and the run ends well", async () => {
    const ended = await machine.run({
      finish: (n) => (n < 9 ? fail("AnyError") : n === 9 ? exit : undefined),
    });
    expect([ended.status, endings(ended).length]).toEqual(["SUCCEEDED", 11]);
    expect(new Set(endings(ended).map((ending) => JSON.stringify(ending)))).toEqual(
      new Set(['{"kind":"ended"}']),
    );
  });

  test("is tried again when it is told of a failure, and the run fails by the first error", async () => {
    const ended = await machine.run({
      store: () => fail("JobCancelledError"),
      finish: (n) => (n < 10 ? fail("AnyError") : undefined),
    });
    expect([ended.status, ended.error]).toEqual(["FAILED", "JobCancelledError"]);
    expect(endings(ended)).toHaveLength(11);
  });

  test("that never succeeds ends the execution, so that the status event comes", async () => {
    const ended = await machine.run({ finish: () => fail("AnyError") });
    expect([ended.status, ended.error, endings(ended).length]).toEqual(["FAILED", "AnyError", 11]);
  });
});
