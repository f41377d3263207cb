/** How often one chunk is asked about at most in an attempt: the gateway's retries times the state machine's. */
import { expect, test } from "vitest";
import {
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { describeBatch } from "../../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { runningJob } from "../../../support/running-job.ts";
import { machineFor, retrierOf, stateOf } from "../../../support/state-machine/state-machine.ts";

const hopeless = "number 7 ";

const failures = [ProviderUnavailableError, ProviderThrottledError, ProviderTimeoutError];

test.each(failures.map((failure) => [failure.name, failure] as const))(
  "a chunk that always ends in %s is asked about 16 times, and its neighbours once",
  async (_, Failure) => {
    const job = await runningJob({
      texts: Array.from({ length: 50 }, (_, i) => `chunk number ${i} of many`),
      fault: (text) => {
        if (text.includes(hopeless)) throw new Failure("never");
      },
    });
    const { world, gateway, model, attempt } = job;
    const retrier = retrierOf(stateOf(machineFor(), "Metadata"), Failure.name);
    const run = (batch: number) =>
      world.clock.during(
        describeBatch({ ...attempt, batch }, { ...world, gateway, model }, job.invocation()),
      );
    for (let tries = 0; tries <= (retrier?.MaxAttempts ?? 0); tries++) {
      await expect(run(0)).rejects.toThrow(Failure);
      // What else is asked is answered, so that the breaker stays closed.
      await run(1 + tries);
    }
    const asked = model.log.calls.map(({ text }) => text);
    expect(asked.filter((text) => text.includes(hopeless))).toHaveLength(16);
    const others = asked.filter((text) => !text.includes(hopeless));
    expect(others).toHaveLength(new Set(others).size);
  },
);
