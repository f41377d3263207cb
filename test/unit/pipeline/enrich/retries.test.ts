/** What a retry makes of batches that the attempt before it had done, and of its runs that go on. */
import { describe, expect, test } from "vitest";
import {
  AnswerUnusableError,
  ProviderRejectedError,
  ProviderTimeoutError,
} from "../../../../lambdas/models/errors.ts";
import { encodeVectors } from "../../../../lambdas/pipeline/batches.ts";
import { chunk } from "../../../../lambdas/pipeline/chunk/chunk.ts";
import { describeBatch } from "../../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { store } from "../../../../lambdas/pipeline/store/store.ts";
import type { Attempt } from "../../../../lambdas/records/jobs/attempt.ts";
import { JobCancelledError } from "../../../../lambdas/records/jobs/errors.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import type { ObjectStore } from "../../../../lambdas/records/objects/objects.ts";
import { MemoryCollection, MemoryVectorStore } from "../../../support/fakes/vector-store.ts";
import { batchSize, type RunningJob, runningJob, waitedFor } from "../../../support/running-job.ts";

const texts = (count: number) =>
  Array.from({ length: count }, (_, i) => `chunk number ${i} of the document`);
const numberOf = (text: string) => Number(/number (\d+) /.exec(text)?.[1]);

const begin = (job: RunningJob, attempt: Attempt, batch: number, objects?: ObjectStore) => {
  const { world, gateway, model } = job;
  const ports = { ...world, gateway, model, ...(objects && { objects }) };
  return describeBatch({ ...attempt, batch }, ports, job.invocation());
};
const run = (job: RunningJob, attempt: Attempt, batch: number) =>
  job.world.clock.during(begin(job, attempt, batch));
const left = async ({ world }: RunningJob, attempt: Attempt) =>
  (await chunk(attempt, world, function* () {}, { embeddingModel: "test-model" })).metadataBatches;

/** Indexes of the chunks that are stored without metadata. */
async function storedWithout(job: RunningJob, attempt: Attempt): Promise<readonly number[]> {
  const { world } = job;
  const { chunking, tenant, documentId } = (await world.jobs.read(attempt.jobId))!;
  const { vectors } = objectKeys(attempt.jobId);
  for (let from = 0, batch = 0; from < chunking!.chunkCount; from += batchSize, batch++) {
    const size = Math.min(batchSize, chunking!.chunkCount - from);
    const all = Array.from({ length: size }, () => new Float32Array([1, 0]));
    await world.objects.put(vectors(batch), encodeVectors(all));
  }
  const collection = new MemoryVectorStore(new MemoryCollection());
  await world.clock.during(store(attempt, { ...world, vectors: collection }));
  const rows = await collection.chunks(
    { tenant, documentId },
    { from: 0, limit: 999, vectors: false },
  );
  expect(rows).toHaveLength(chunking!.chunkCount);
  return rows.flatMap(({ index, metadata }) => (metadata === undefined ? [index] : []));
}

describe("a retry", () => {
  test("asks again for the chunks that made the job fail, and for no other", async () => {
    let isWell = false;
    const job = await runningJob({
      texts: texts(40),
      fault: (text) => {
        if (!isWell && numberOf(text) % 10 < 6) throw new AnswerUnusableError("not JSON");
      },
    });
    for (const batch of [0, 1, 2]) await run(job, job.attempt, batch);
    await expect(run(job, job.attempt, 3)).rejects.toThrow(AnswerUnusableError);
    isWell = true;
    const second = await job.retried(job.attempt);
    expect(await left(job, second)).toEqual([0, 1, 2, 3]);
    const before = job.model.log.calls.length;
    for (const batch of [0, 1, 2, 3]) await run(job, second, batch);
    expect(job.model.log.calls.length - before).toBe(24);
    expect(await storedWithout(job, second)).toEqual([]);
    expect((await job.world.jobs.read(second.jobId))?.metadataDone.size).toBe(4);
  });

  test("does not fail for chunks that it has yet to ask about again", async () => {
    let isWell = false;
    const job = await runningJob({
      texts: texts(40),
      fault: (text) => {
        const isHopeless = isWell ? [31, 32, 35].includes(numberOf(text)) : numberOf(text) % 10 < 6;
        if (isHopeless) throw new AnswerUnusableError("not JSON");
      },
    });
    for (const batch of [0, 1, 2]) await run(job, job.attempt, batch);
    await expect(run(job, job.attempt, 3)).rejects.toThrow(AnswerUnusableError);
    isWell = true;
    const second = await job.retried(job.attempt);
    // The last one is done first, and finds the outcomes of the first attempt.
    for (const batch of [3, 2, 1, 0]) await run(job, second, batch);
    expect(await storedWithout(job, second)).toEqual([31, 32, 35]);
  });

  test("fails again, as often as the batch is tried, while too many chunks are without", async () => {
    const job = await runningJob({
      texts: texts(40),
      fault: (text) => {
        if (numberOf(text) % 10 < 6) throw new AnswerUnusableError("not JSON");
      },
    });
    for (const batch of [0, 1, 2]) await run(job, job.attempt, batch);
    await expect(run(job, job.attempt, 3)).rejects.toThrow(AnswerUnusableError);
    const second = await job.retried(job.attempt);
    for (const batch of [0, 1, 3]) await run(job, second, batch);
    const before = job.model.log.calls.length;
    await expect(run(job, second, 2)).rejects.toThrow(AnswerUnusableError);
    await expect(run(job, second, 2)).rejects.toThrow(AnswerUnusableError);
    // Six chunks, of which each has four asks.
    expect(job.model.log.calls.length - before).toBe(24);
    expect(await left(job, await job.retried(second))).toEqual([0, 1, 2, 3]);
  });

  test("leaves batches alone that are described, or refused for good", async () => {
    const job = await runningJob({
      fault: (text) => {
        if (numberOf(text) < 3) throw new ProviderRejectedError("Not this one.");
        if (numberOf(text) === 12) throw new ProviderTimeoutError("late");
      },
    });
    for (const batch of [0, 1]) await waitedFor(job, () => run(job, job.attempt, batch));
    expect(await left(job, await job.retried(job.attempt))).toEqual([1, 2]);
  });
});

describe("a run that goes on after its attempt", () => {
  /** Some chunks fail in the first attempt; all is well in the second. */
  async function twoAttempts(failing: readonly number[]) {
    let isFirst = true;
    const job = await runningJob({
      texts: texts(30),
      latencyMs: 100,
      fault: (text) => {
        if (isFirst && failing.includes(numberOf(text))) throw new AnswerUnusableError("not JSON");
      },
    });
    await run(job, job.attempt, 0);
    return {
      job,
      secondBegins: () => {
        isFirst = false;
        return job.retried(job.attempt);
      },
    };
  }

  test.each([
    ["its failures", [29]],
    ["a failed job's", Array.from({ length: 30 }, (_, i) => i).slice(12)],
  ])("replaces nothing of the next one with %s, however late it writes", async (_, failing) => {
    const { job, secondBegins } = await twoAttempts(failing);
    const { objects, clock } = job.world;
    const arrives = Promise.withResolvers<void>();
    const isSent = Promise.withResolvers<void>();
    const slow: ObjectStore = {
      put: async (key, body) => {
        isSent.resolve();
        await arrives.promise;
        await objects.put(key, body);
      },
      get: (key) => objects.get(key),
      link: (key, link) => objects.link(key, link),
      removeAll: (prefix) => objects.removeAll(prefix),
    };
    const late = begin(job, job.attempt, 2, slow);
    const lateEnd = late.catch((error: unknown) => error);
    await clock.during(isSent.promise);
    const second = await secondBegins();
    for (const batch of await left(job, second)) await run(job, second, batch);
    arrives.resolve();
    expect(await clock.during(lateEnd)).toBeInstanceOf(Error);
    expect(await storedWithout(job, second)).toEqual([]);
  });

  test("writes no failure once it is over", async () => {
    const job = await runningJob({
      texts: texts(30),
      latencyMs: 100,
      fault: (text) => {
        if (numberOf(text) === 29) throw new ProviderRejectedError("Not this one.");
      },
    });
    const written: string[] = [];
    const { objects, clock } = job.world;
    const put = objects.put.bind(objects);
    objects.put = async (key, body) => {
      written.push(key);
      await put(key, body);
    };
    const late = begin(job, job.attempt, 2);
    const lateEnd = late.catch((error: unknown) => error);
    await clock.advance(50);
    await job.retried(job.attempt);
    expect(await clock.during(lateEnd)).toBeInstanceOf(JobCancelledError);
    expect(written).toEqual([]);
  });
});

test("of two runs of one batch the later one keeps no failure once the batch is done", async () => {
  const job = await runningJob({
    latencyMs: 100,
    fault: (text) => {
      if (text.includes("number 3 ")) throw new ProviderRejectedError("Not this one.");
    },
  });
  const { objects, clock } = job.world;
  const key = objectKeys(job.attempt.jobId).described(0, 1);
  const put = objects.put.bind(objects);
  let puts = 0;
  objects.put = async (at, body) => {
    if (at === key) puts += 1;
    await put(at, body);
  };
  const slowRead = job.world.answers.readMany.bind(job.world.answers);
  let reads = 0;
  job.world.answers.readMany = async (keys) => {
    reads += 1;
    const isSecond = reads === 2;
    const known = await slowRead(keys);
    // The second run pauses until the first has long ended.
    if (isSecond) await clock.sleep(30_000);
    return known;
  };
  await clock.during(Promise.all([begin(job, job.attempt, 0), begin(job, job.attempt, 0)]));
  expect(puts).toBe(1);
});
