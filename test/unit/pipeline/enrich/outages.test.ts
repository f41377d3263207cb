/** The provider goes away in the middle of a job whose calls are too few to open the breaker, or one text is at fault. */
import { describe, expect, test } from "vitest";
import type { Dependency } from "../../../../lambdas/contract/vocabulary.ts";
import {
  BatchUnfinishedError,
  CircuitOpenError,
  isTransient,
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { decodeDescribed } from "../../../../lambdas/pipeline/batches.ts";
import { embedBatch } from "../../../../lambdas/pipeline/enrich/embed/embed.ts";
import { describeBatch } from "../../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import {
  type RunningJob,
  type RunningJobOptions,
  runningJob,
} from "../../../support/running-job.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const texts = (count: number) =>
  Array.from({ length: count }, (_, i) => `chunk number ${i} of the document`);
const unavailable = () => new ProviderUnavailableError("could not be reached");

/** A job whose provider is down whenever the test says so. */
async function jobOf(options: RunningJobOptions) {
  let down: { readonly untilMs: number; readonly isHit: (text: string) => boolean } | undefined;
  const job = await runningJob({
    latencyMs: 300,
    ...options,
    fault: (text, call) => {
      const isDown = down !== undefined && job.world.clock.now() < down.untilMs;
      if (isDown && down?.isHit(text)) throw unavailable();
      options.fault?.(text, call);
    },
  });
  const goesDown = (forMs: number, isHit: (text: string) => boolean = () => true) => {
    down = { untilMs: job.world.clock.now() + forMs, isHit };
  };
  return { job, goesDown };
}

/** Runs a batch as the state machine does, which tries again after what is worth it. */
async function tried(job: RunningJob, stage: Dependency, batch: number): Promise<void> {
  const { world, gateway, model, embedder, attempt } = job;
  const task = { ...attempt, batch };
  for (let failures = 0; ; ) {
    try {
      return await (stage === "llm"
        ? describeBatch(task, { ...world, gateway, model }, job.invocation())
        : embedBatch(task, { ...world, gateway, embedder }, job.invocation()));
    } catch (error) {
      if (error instanceof BatchUnfinishedError) await world.clock.sleep(1_000);
      else if (error instanceof CircuitOpenError) await world.clock.sleep(minuteMs);
      else if (isTransient(error) && failures < 3) await world.clock.sleep(1_000 * 2 ** failures++);
      else throw error;
    }
  }
}

const run = (job: RunningJob, stage: Dependency, ...batches: number[]) =>
  job.world.clock.during(Promise.all(batches.map((batch) => tried(job, stage, batch))));
const without = async ({ world, attempt }: RunningJob, batch: number) =>
  decodeDescribed(await world.objects.get(objectKeys(attempt.jobId).described(batch, 1))).filter(
    (chunk) => "failure" in chunk,
  );

describe.each([
  ["45 s", 45_000],
  ["an hour", hourMs],
])("an outage of %s in the middle of a job", (_, outageMs) => {
  test("fails no batch of embeddings", async () => {
    const { job, goesDown } = await jobOf({ texts: texts(30) });
    await run(job, "embeddings", 0);
    goesDown(outageMs);
    await run(job, "embeddings", 1, 2);
    const asks = Map.groupBy(job.embedder.log.calls, ({ text }) => text);
    expect([...asks.values()].every(({ length }) => length <= 16)).toBe(true);
    expect((await job.world.breaker.read("embeddings")).state).toBe("closed");
  });

  test("leaves no chunk of the last batch without metadata", async () => {
    const { job, goesDown } = await jobOf({ texts: texts(19) });
    await run(job, "llm", 0);
    goesDown(outageMs);
    await run(job, "llm", 1);
    expect(await without(job, 1)).toEqual([]);
    expect((await job.world.breaker.read("llm")).state).toBe("closed");
  });

  test("leaves no chunk of a half answered batch without metadata", async () => {
    const { job, goesDown } = await jobOf({ texts: texts(9) });
    goesDown(outageMs, (text) => !/number [0-2] /.test(text));
    await run(job, "llm", 0);
    expect(await without(job, 0)).toEqual([]);
  });

  test("does not fail the one description of a document, whose other batches are done", async () => {
    const options = { metadata: { per: "document" } };
    const { job, goesDown } = await jobOf({ texts: texts(19), options });
    await run(job, "llm", 1);
    goesDown(outageMs);
    await run(job, "llm", 0);
    expect((await job.world.jobs.read(job.attempt.jobId))?.metadataDone.size).toBe(2);
  });
});

describe("a chunk that is at fault itself", () => {
  const isAtFault = (text: string) => text.includes("number 10 ");
  const hangs = { latencyMs: 29_900, error: new ProviderTimeoutError("no answer") };

  /** Of other jobs, every two seconds. */
  async function answersGoOn({ world }: RunningJob, whileRuns: () => boolean): Promise<void> {
    while (whileRuns()) {
      const { epoch } = await world.breaker.read("llm");
      await world.breaker.record("llm", epoch, "success", "another job's");
      await world.clock.sleep(2_000);
    }
  }

  test.each<[string, RunningJobOptions["texts"], Error, number]>([
    ["fails, alone in its batch", texts(11), unavailable(), 16],
    ["fails beside others", texts(19), unavailable(), 16],
    ["is throttled", texts(19), new ProviderThrottledError("slow down"), 16],
    ["hangs, alone in its batch", texts(11), hangs.error, 8],
    ["hangs beside others", texts(19), hangs.error, 8],
  ])(
    "and always %s is given up within ten minutes on an idle system",
    async (_, all, error, asks) => {
      const { job } = await jobOf({
        texts: all ?? [],
        fault: (text) => {
          if (isAtFault(text)) throw error;
        },
      });
      const ask = job.model.describe.bind(job.model);
      job.model.describe = async (request, options) => {
        if (isAtFault(request.text) && error === hangs.error)
          await job.world.clock.sleep(hangs.latencyMs);
        return ask(request, options);
      };
      await run(job, "llm", 0);
      const startedMs = job.world.clock.now();
      await run(job, "llm", 1);
      expect(job.world.clock.now() - startedMs).toBeLessThan(10 * minuteMs);
      expect((await without(job, 1)).map(({ index }) => index)).toEqual([10]);
      expect(job.model.log.calls.filter(({ text }) => isAtFault(text))).toHaveLength(asks);
      expect((await job.world.breaker.read("llm")).state).toBe("closed");
    },
  );

  test("is given up within a minute while other jobs are answered", async () => {
    const { job } = await jobOf({
      texts: texts(11),
      fault: (text) => {
        if (isAtFault(text)) throw unavailable();
      },
    });
    await run(job, "llm", 0);
    const startedMs = job.world.clock.now();
    let runs = true;
    void answersGoOn(job, () => runs);
    await run(job, "llm", 1);
    runs = false;
    expect(job.world.clock.now() - startedMs).toBeLessThan(minuteMs);
    expect((await without(job, 1)).map(({ index }) => index)).toEqual([10]);
  });

  test("is no more than throttled, and waits minutes for its turn while others are answered", async () => {
    const { job } = await jobOf({ texts: texts(11) });
    await run(job, "llm", 0);
    const untilMs = job.world.clock.now() + 5 * minuteMs;
    const ask = job.model.describe.bind(job.model);
    job.model.describe = async (request, options) => {
      if (job.world.clock.now() < untilMs) throw new ProviderThrottledError("slow down");
      return ask(request, options);
    };
    let runs = true;
    void answersGoOn(job, () => runs);
    await run(job, "llm", 1);
    runs = false;
    expect(await without(job, 1)).toEqual([]);
  });
});
