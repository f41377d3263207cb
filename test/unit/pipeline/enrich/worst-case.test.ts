/** How often one chunk is asked about at most in an attempt, in whatever time, and over however many runs. */
import { expect, test } from "vitest";
import {
  AnswerUnusableError,
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { decodeDescribed } from "../../../../lambdas/pipeline/batches.ts";
import { describeBatch } from "../../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { runningJob, waitedFor } from "../../../support/running-job.ts";

const hopeless = "number 7 ";

test.each([
  ["ProviderUnavailableError", new ProviderUnavailableError("never"), 16],
  ["ProviderThrottledError", new ProviderThrottledError("never"), 16],
  ["ProviderThrottledError and a long wait", new ProviderThrottledError("never", 60_000), 16],
  ["ProviderTimeoutError", new ProviderTimeoutError("never"), 8],
  ["AnswerUnusableError", new AnswerUnusableError("never"), 4],
] as const)(
  "a chunk that always ends in %s is asked about a few times, and its neighbours once",
  async (_, failure, asks) => {
    const job = await runningJob({
      texts: Array.from({ length: 50 }, (_, i) => `chunk number ${i} of many`),
      fault: (text) => {
        if (text.includes(hopeless)) throw failure;
      },
    });
    const { world, gateway, model, attempt } = job;
    const run = () =>
      world.clock.during(
        describeBatch({ ...attempt, batch: 0 }, { ...world, gateway, model }, job.invocation()),
      );
    // A run ends when its time is over, or the next ask is far, and the state machine begins another.
    await waitedFor(job, run);
    const asked = model.log.calls.map(({ text }) => text);
    expect(asked.filter((text) => text.includes(hopeless))).toHaveLength(asks);
    const others = asked.filter((text) => !text.includes(hopeless));
    expect([others.length, new Set(others).size]).toEqual([9, 9]);
    const described = decodeDescribed(
      await world.objects.get(objectKeys(attempt.jobId).described(0, 1)),
    );
    expect(described[7]).toEqual({ index: 7, failure: { code: failure.code, message: "never" } });
  },
);

test("a job ends by the provider's silence, and not by its settings, when the first chunks time out", async () => {
  const texts = Array.from({ length: 25 }, (_, i) => `long number ${i} `);
  const job = await runningJob({
    texts,
    latencyMs: 29_900,
    fault: () => {
      throw new ProviderTimeoutError("It did not answer within 30 s.");
    },
  });
  const { world, gateway, model, attempt } = job;
  const { breaker, clock } = world;
  const begin = () =>
    describeBatch({ ...attempt, batch: 0 }, { ...world, gateway, model }, job.invocation());
  const outcome: { ended?: unknown } = {};
  // Others are answered meanwhile, so the breaker stays closed.
  const others = async () => {
    while (outcome.ended === undefined) {
      const { epoch } = await breaker.read("llm");
      await breaker.record("llm", epoch, "success", "other");
      await clock.sleep(2_000);
    }
  };
  void others();
  for (let runs = 0; runs < 60 && outcome.ended === undefined; runs++) {
    await clock.during(begin()).catch(async (error: Error) => {
      if (error.name === "CircuitOpenError") await clock.advance(60_000);
      else if (error.name !== "BatchUnfinishedError") outcome.ended = error;
    });
  }
  expect(outcome.ended).toMatchObject({
    name: "ProviderTimeoutError",
    message: expect.not.stringMatching(/refused/) as unknown,
  });
});
