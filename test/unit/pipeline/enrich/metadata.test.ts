import { describe, expect, test } from "vitest";
import {
  AnswerUnusableError,
  ProviderRejectedError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import {
  decodeChunks,
  decodeDescribed,
  encodeVectors,
} from "../../../../lambdas/pipeline/batches.ts";
import { describeBatch } from "../../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { store } from "../../../../lambdas/pipeline/store/store.ts";
import type { DescribedChunk } from "../../../../lambdas/records/jobs/chunk.ts";
import { JobCancelledError } from "../../../../lambdas/records/jobs/errors.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { MemoryCollection, MemoryVectorStore } from "../../../support/fakes/vector-store.ts";
import { type RunningJob, runningJob, waitedFor } from "../../../support/running-job.ts";

const begin = (job: RunningJob, batch: number, attempt = job.attempt) => {
  const { world, gateway, model } = job;
  return describeBatch({ ...attempt, batch }, { ...world, gateway, model }, job.invocation());
};
const run = (job: RunningJob, batch: number, attempt = job.attempt) =>
  job.world.clock.during(begin(job, batch, attempt));
const described = async ({ world }: RunningJob, { jobId }: { jobId: string }, batch: number) =>
  decodeDescribed(await world.objects.get(objectKeys(jobId).described(batch, 1)));
const titles = (chunks: readonly DescribedChunk[]) => chunks.map(titleOf);
function titleOf(chunk: DescribedChunk): string | undefined {
  if ("metadata" in chunk) return chunk.metadata.title;
  return "failure" in chunk ? chunk.failure.code : undefined;
}
const chunksOf = (batch: number) => Array.from({ length: batch < 2 ? 10 : 5 });
const done = async ({ world, attempt }: RunningJob) =>
  (await world.jobs.read(attempt.jobId))?.metadataDone;

describe("describing a batch", () => {
  test("asks once for each of its chunks, keeps the outcomes in order, and reports it", async () => {
    const job = await runningJob();
    await run(job, 2);
    expect(job.model.log.calls.map(({ text }) => text)).toEqual(
      [20, 21, 22, 23, 24].map((i) => `chunk number ${i} of the document`),
    );
    const chunks = await described(job, job.attempt, 2);
    expect(chunks.map(({ index }) => index)).toEqual([20, 21, 22, 23, 24]);
    expect(titles(chunks)).toEqual([20, 21, 22, 23, 24].map((i) => `chunk number ${i} of the`));
    expect(await done(job)).toEqual(new Set([2]));
    expect(job.model.log.calls[0]?.correlationId).toBe(`${job.attempt.jobId}-1-metadata-2`);
    expect(await job.world.limiter.inUse("llm")).toBe(0);
  });

  test("that is done already asks nothing", async () => {
    const job = await runningJob();
    await run(job, 0);
    await run(job, 0);
    expect(job.model.log.calls).toHaveLength(10);
    // Nor does it book its own answers as hits.
    expect((await job.world.jobs.usage(job.attempt.jobId)).metadataCacheHits).toBe(0);
  });

  test("asks nothing of what the same tenant asked before, in whatever job", async () => {
    const job = await runningJob();
    await run(job, 0);
    const again = await job.start();
    await run(job, 0, again);
    expect(job.model.log.calls).toHaveLength(10);
    expect(await described(job, again, 0)).toEqual(await described(job, job.attempt, 0));
    expect(await job.world.jobs.usage(again.jobId)).toMatchObject({
      llmCalls: 0,
      metadataCacheHits: 10,
    });
  });

  test("asks anew when the caller asks for other fields", async () => {
    const job = await runningJob();
    await run(job, 0);
    const schema = { type: "object", properties: { price: { type: "number" } } };
    await run(job, 0, await job.start({ options: { metadata: { schema } } }));
    expect(job.model.log.calls).toHaveLength(20);
  });

  test("asks once for a text that occurs several times, and answers it everywhere", async () => {
    const job = await runningJob({ texts: ["same", "other", "same", "same"] });
    await run(job, 0);
    expect(job.model.log.calls).toHaveLength(2);
    expect(titles(await described(job, job.attempt, 0))).toEqual(["same", "other", "same", "same"]);
    expect(await job.world.jobs.usage(job.attempt.jobId)).toMatchObject({
      llmCalls: 2,
      metadataCacheHits: 2,
    });
  });

  test("describes a row with its table's header, and not as the same row of another table", async () => {
    const job = await runningJob({ texts: ["| 7 |", "| 7 |", "| 7 |"] });
    const key = objectKeys(job.attempt.jobId).chunks(0);
    const chunks = decodeChunks(await job.world.objects.get(key));
    const contexts = ["| Depth |", "| Price |", "| Depth |"];
    const inContext = chunks.map((chunk, i) => ({ ...chunk, context: contexts[i] }));
    await job.world.objects.put(key, JSON.stringify(inContext));
    await run(job, 0);
    expect(job.model.log.calls.map(({ text }) => text)).toEqual([
      "| Depth |\n| 7 |",
      "| Price |\n| 7 |",
    ]);
  });

  test("that is cut short goes on from what was answered, and books every call once", async () => {
    let down = true;
    const job = await runningJob({
      fault: (text) => {
        if (down && text.includes("number 7 ")) throw new Error("The process is out of memory.");
      },
    });
    await expect(run(job, 0)).rejects.toThrow("out of memory");
    expect(await done(job)).toEqual(new Set());
    const answered = job.model.log.calls.filter(({ text }) => !text.includes("number 7 ")).length;
    down = false;
    await run(job, 0);
    expect(await done(job)).toEqual(new Set([0]));
    const asked = job.model.log.calls.map(({ text }) => text);
    const others = asked.filter((text) => !text.includes("number 7 "));
    expect(new Set(others).size).toBe(others.length);
    expect(answered).toBeGreaterThan(0);
    const usage = await job.world.jobs.usage(job.attempt.jobId);
    // The call that broke off in this process is no call of the provider's.
    expect(usage.llmCalls).toBe(asked.length - 1);
    expect(usage.metadataCacheHits).toBe(0);
  });

  test("names a chunk that is refused for good, and describes the others", async () => {
    const job = await runningJob({
      fault: (text) => {
        if (text.includes("number 3 ")) throw new ProviderRejectedError("Not this one.");
      },
    });
    await run(job, 0);
    const chunks = await described(job, job.attempt, 0);
    expect(chunks[3]).toEqual({
      index: 3,
      failure: { code: "provider_rejected", message: "Not this one." },
    });
    expect(chunks.filter((chunk) => "metadata" in chunk)).toHaveLength(9);
    expect(job.model.log.calls.filter(({ text }) => text.includes("number 3 "))).toHaveLength(1);
    expect(await done(job)).toEqual(new Set([0]));
  });

  test("ends when the first chunks are all refused, in whatever words, and asks for no more", async () => {
    const texts = Array.from({ length: 30 }, (_, i) => `refused number ${i} `);
    let refused = 0;
    const job = await runningJob({
      texts,
      fault: () => {
        refused += 1;
        throw new ProviderRejectedError(`Policy ${refused} forbids it.`);
      },
    });
    await expect(run(job, 0)).rejects.toThrow(
      /^metadata: The first 5 chunks .* Policy \d+ forbids it/,
    );
    expect(job.model.log.calls.length).toBeLessThanOrEqual(12);
  });

  test.each([1, 2, 4])(
    "fails by the provider's reason when each of %i chunks is refused, and asks for each once",
    async (count) => {
      const texts = Array.from({ length: count }, (_, i) => `refused number ${i} `);
      const job = await runningJob({
        texts,
        fault: () => {
          throw new ProviderRejectedError("It answered 400: no poetry.");
        },
      });
      const last = Math.ceil(count / 10) - 1;
      for (let batch = 0; batch < last; batch++) await run(job, batch);
      await expect(run(job, last)).rejects.toThrow(ProviderRejectedError);
      expect(job.model.log.calls).toHaveLength(count);
      // A retry asks for the last batch again.
      await expect(run(job, last)).rejects.toThrow(
        /^metadata: No chunk .* It answered 400: no poetry\.$/,
      );
      expect((await done(job))?.size).toBe(last);
    },
  );

  test("a refused batch beside a described one is stored without metadata", async () => {
    const job = await runningJob({
      fault: (text) => {
        if (!text.includes("number 2")) throw new ProviderRejectedError("Not this one.");
      },
    });
    for (const batch of [0, 2, 1]) await run(job, batch);
    expect(await done(job)).toEqual(new Set([0, 1, 2]));
    expect(titles(await described(job, job.attempt, 1))).toEqual(
      Array.from({ length: 10 }, () => "provider_rejected"),
    );
  });

  test("names a chunk that no ask could describe, and describes the others", async () => {
    const job = await runningJob({
      fault: (text) => {
        if (text.includes("number 3 ")) throw new ProviderTimeoutError("late");
      },
    });
    await waitedFor(job, () => run(job, 0));
    const chunks = await described(job, job.attempt, 0);
    expect(chunks[3]).toEqual({ index: 3, failure: { code: "provider_timeout", message: "late" } });
    expect(chunks.filter((chunk) => "metadata" in chunk)).toHaveLength(9);
    expect(await done(job)).toEqual(new Set([0]));
  });

  test("fails when more than a half of the document's chunks are without, in whichever batches", async () => {
    const job = await runningJob({
      fault: (text) => {
        if (Number(/number (\d+) /.exec(text)?.[1]) % 10 < 6) {
          throw new AnswerUnusableError("not the form asked for");
        }
      },
    });
    await run(job, 0);
    await run(job, 1);
    // 6 + 6 + 5 of 25.
    await expect(run(job, 2)).rejects.toThrow(AnswerUnusableError);
    expect(await done(job)).toEqual(new Set([0, 1]));
  });

  test("fails when more than a half are without in batches that end at the same moment", async () => {
    const job = await runningJob({
      fault: (text) => {
        if (Number(/number (\d+) /.exec(text)?.[1]) % 10 < 6) {
          throw new AnswerUnusableError("not the form asked for");
        }
      },
    });
    const { jobs, clock } = job.world;
    const recordBatch = jobs.recordBatch.bind(jobs);
    // None of them is recorded before the last has looked.
    jobs.recordBatch = async (...batch) => {
      await clock.sleep(80_000);
      return recordBatch(...batch);
    };
    const batches = Promise.allSettled([0, 1, 2].map((batch) => begin(job, batch)));
    const ends = await clock.during(batches);
    expect(ends.map(({ status }) => status)).toContain("rejected");
    expect((await done(job))?.size).toBeLessThan(3);
  });

  test("fails for the one chunk of a document when it is without", async () => {
    const job = await runningJob({
      texts: ["the only one"],
      fault: () => {
        throw new ProviderUnavailableError("down");
      },
    });
    const outage = waitedFor(job, () => run(job, 0));
    await expect(outage).rejects.toThrow(ProviderUnavailableError);
    expect(job.model.log.calls).toHaveLength(16);
    expect(await done(job)).toEqual(new Set());
  });

  test("waits an outage of an hour out, also for a document with a single chunk", async () => {
    let isUp = () => false;
    const job = await runningJob({
      texts: ["the only one"],
      fault: () => {
        if (!isUp()) throw new ProviderUnavailableError("down");
      },
    });
    const upAtMs = job.world.clock.now() + 3_600_000;
    isUp = () => job.world.clock.now() >= upAtMs;
    await waitedFor(job, () => run(job, 0));
    expect(await done(job)).toEqual(new Set([0]));
    expect(job.model.log.calls.length).toBeLessThanOrEqual(16);
  });

  test("two runs at once ask for each chunk once", async () => {
    const job = await runningJob({ latencyMs: 1_500 });
    await job.world.clock.during(Promise.all([begin(job, 0), begin(job, 0)]));
    expect(job.model.log.calls).toHaveLength(10);
    expect(await done(job)).toEqual(new Set([0]));
    expect(await job.world.limiter.inUse("llm")).toBe(0);
  });

  test("describes the document by its beginning, with one call, where that is wanted", async () => {
    const options = { metadata: { per: "document" } };
    const job = await runningJob({ options });
    const { world, model, attempt } = job;
    for (const batch of [0, 1, 2, 0]) await run(job, batch);
    expect(model.log.calls).toHaveLength(1);
    const [{ text } = { text: "" }] = model.log.calls;
    expect(text).toMatch(/chunk number 0 [^]*chunk number 9 /);
    for (const batch of [0, 1, 2]) {
      const vectors = chunksOf(batch).map(() => new Float32Array([1, 0]));
      await world.objects.put(objectKeys(attempt.jobId).vectors(batch), encodeVectors(vectors));
      await world.jobs.recordBatch(attempt, "embeddings", batch);
    }
    const vectors = new MemoryVectorStore(new MemoryCollection());
    await world.clock.during(store(attempt, { ...world, vectors }));
    const { tenant, documentId } = (await world.jobs.read(attempt.jobId))!;
    const stored = await vectors.chunks(
      { tenant, documentId },
      { from: 0, limit: 99, vectors: false },
    );
    expect(stored).toHaveLength(25);
    expect(new Set(stored.map(({ metadata }) => JSON.stringify(metadata))).size).toBe(1);
    expect(stored[24]?.metadata?.title).toBeDefined();
  });

  test("fails for a document that cannot be described as a whole", async () => {
    const job = await runningJob({
      options: { metadata: { per: "document" } },
      fault: () => {
        throw new ProviderRejectedError("It answered 400: no poetry.");
      },
    });
    await expect(run(job, 0)).rejects.toThrow(/^metadata: No chunk .* no poetry\.$/);
  });

  test("a document's own choice goes before the deployment's", async () => {
    const job = await runningJob({ options: { metadata: { per: "none" } } });
    for (const batch of [0, 1, 2]) await run(job, batch);
    expect(job.model.log.calls).toEqual([]);
    expect(await done(job)).toEqual(new Set([0, 1, 2]));
  });

  test("makes no call where no metadata is wanted, and calls no chunk failed", async () => {
    const job = await runningJob();
    const { world, gateway, model, attempt } = job;
    for (const batch of [0, 1, 1, 2]) {
      const ports = { ...world, gateway, model };
      await describeBatch({ ...attempt, batch }, ports, job.invocation(), {
        prices: {},
        per: "none",
      });
    }
    expect(model.log.calls).toEqual([]);
    expect(await described(job, attempt, 2)).toEqual(
      [20, 21, 22, 23, 24].map((index) => ({ index })),
    );
    expect(await done(job)).toEqual(new Set([0, 1, 2]));
    for (const batch of [0, 1, 2]) {
      const vectors = chunksOf(batch).map(() => new Float32Array([1, 0]));
      await world.objects.put(objectKeys(attempt.jobId).vectors(batch), encodeVectors(vectors));
      await world.jobs.recordBatch(attempt, "embeddings", batch);
    }
    const vectors = new MemoryVectorStore(new MemoryCollection());
    await world.clock.during(store(attempt, { ...world, vectors }));
    expect((await world.jobs.read(attempt.jobId))?.stored).toMatchObject({
      chunkCount: 25,
      degraded: false,
      failedChunks: [],
    });
  });

  test("makes no call for an attempt that does not run", async () => {
    const job = await runningJob();
    const other = run(job, 0, { ...job.attempt, attempt: 2 });
    await expect(other).rejects.toThrow(JobCancelledError);
    await job.world.jobs.requestCancel(job.attempt.jobId, "2026-01-01T00:00:00.000Z");
    await expect(run(job, 0)).rejects.toThrow(JobCancelledError);
    expect(job.model.log.calls).toEqual([]);
  });
});
