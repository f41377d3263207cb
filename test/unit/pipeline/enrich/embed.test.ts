import { describe, expect, test } from "vitest";
import { EmbeddingsRefusedError } from "../../../../lambdas/models/embeddings-refused.ts";
import {
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import type { Embedder } from "../../../../lambdas/models/models.ts";
import { decodeChunks, decodeVectors } from "../../../../lambdas/pipeline/batches.ts";
import { embedBatch } from "../../../../lambdas/pipeline/enrich/embed/embed.ts";
import { embedQuery } from "../../../../lambdas/pipeline/enrich/embed/query.ts";
import { JobCancelledError } from "../../../../lambdas/records/jobs/errors.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { MemoryQueryEmbedder } from "../../../support/fakes/models/models.ts";
import { type RunningJob, runningJob, waitedFor } from "../../../support/running-job.ts";

const run = (
  job: RunningJob,
  batch: number,
  attempt = job.attempt,
  embedder: Embedder = job.embedder,
) => {
  const { world, gateway } = job;
  return world.clock.during(
    embedBatch({ ...attempt, batch }, { ...world, gateway, embedder }, job.invocation()),
  );
};
const vectorOf = (text: string) => new MemoryQueryEmbedder().embed(text);
const stored = async ({ world, attempt }: RunningJob, batch: number, count: number) =>
  decodeVectors(await world.objects.get(objectKeys(attempt.jobId).vectors(batch)), count);
const texts = (count: number) =>
  [...Array(count).keys()].map((i) => `chunk number ${i} of the document`);
const callsOf = ({ embedder }: RunningJob) =>
  embedder.log.calls.map(({ text }) => text.split("\n"));

describe("embedding a batch", () => {
  test("stores a vector for each chunk, in their order", async () => {
    const job = await runningJob();
    await run(job, 1);
    const expected = await Promise.all(texts(20).slice(10).map(vectorOf));
    expect(await stored(job, 1, 10)).toEqual(expected);
    const { embeddingsDone, metadataDone } = (await job.world.jobs.read(job.attempt.jobId))!;
    expect([embeddingsDone, metadataDone]).toEqual([new Set([1]), new Set()]);
    expect(await job.world.limiter.inUse("embeddings")).toBe(0);
  });

  test("asks for 16 texts a call at most", async () => {
    const job = await runningJob();
    const many = texts(40).map((text, index) => ({
      index,
      start: 0,
      end: 1,
      text,
      tokens: 1,
      headings: [],
    }));
    await job.world.objects.put(objectKeys(job.attempt.jobId).chunks(0), JSON.stringify(many));
    await run(job, 0);
    expect(
      callsOf(job)
        .map((call) => call.length)
        .toSorted((a, b) => b - a),
    ).toEqual([16, 16, 8]);
    expect(callsOf(job).flat().toSorted()).toEqual(texts(40).toSorted());
    expect(await job.world.jobs.usage(job.attempt.jobId)).toMatchObject({
      embeddingCalls: 3,
      embeddingCacheHits: 0,
    });
  });

  test("asks only for texts that nobody has a vector for, each once", async () => {
    const job = await runningJob({ texts: ["same", "other", "same"] });
    await run(job, 0);
    expect(callsOf(job)).toEqual([["same", "other"]]);
    expect(await stored(job, 0, 3)).toEqual(
      await Promise.all(["same", "other", "same"].map(vectorOf)),
    );
    const again = await job.start();
    await run(job, 0, again);
    expect(callsOf(job)).toHaveLength(1);
    expect(await job.world.jobs.usage(again.jobId)).toMatchObject({
      embeddingCalls: 0,
      embeddingCacheHits: 3,
    });
  });

  test("embeds a row with its table's header, and not as the same row of another table", async () => {
    const job = await runningJob({ texts: ["| 7 |", "| 7 |", "| 7 |"] });
    const key = objectKeys(job.attempt.jobId).chunks(0);
    const chunks = decodeChunks(await job.world.objects.get(key));
    const contexts = ["| Depth |", "| Price |", "| Depth |"];
    const inContext = chunks.map((chunk, i) => ({ ...chunk, context: contexts[i] }));
    await job.world.objects.put(key, JSON.stringify(inContext));
    await run(job, 0);
    expect(callsOf(job)).toEqual([["| Depth |", "| 7 |", "| Price |", "| 7 |"]]);
    expect(await stored(job, 0, 3)).toEqual(
      await Promise.all(contexts.map((context) => vectorOf(`${context}\n| 7 |`))),
    );
  });

  test("that is done already asks nothing", async () => {
    const job = await runningJob();
    await run(job, 0);
    await run(job, 0);
    expect(callsOf(job)).toHaveLength(1);
  });

  test("fails with a chunk that cannot be embedded, and is not reported", async () => {
    const job = await runningJob({
      fault: () => {
        throw new ProviderRejectedError("Not this one.");
      },
    });
    await expect(run(job, 0)).rejects.toThrow(ProviderRejectedError);
    expect((await job.world.jobs.read(job.attempt.jobId))?.embeddingsDone).toEqual(new Set());
    await expect(stored(job, 0, 10)).rejects.toThrow(/does not exist/);
  });

  test("keeps the vectors of a refused chunk's neighbours, and names the chunk by its index", async () => {
    const job = await runningJob();
    const { identity } = job.embedder;
    const picky: Embedder = {
      identity,
      embed: async (asked, options) => {
        const { value, usage } = await job.embedder.embed(asked, options);
        const refused = asked.flatMap((text, at) => (/number 1[37] /.test(text) ? [at] : []));
        if (refused.length === 0) return { value, usage };
        const vectors = value.map((vector, at) => (refused.includes(at) ? undefined : vector));
        const spent = { ...usage, calls: 7 };
        throw new EmbeddingsRefusedError("It answered 400: unsafe.", refused, vectors, spent);
      },
    };
    const refused = run(job, 1, job.attempt, picky);
    await expect(refused).rejects.toThrow(ProviderRejectedError);
    await expect(refused).rejects.toThrow(/chunks 13, 17 .*answered 400: unsafe/);
    expect(await job.world.jobs.usage(job.attempt.jobId)).toMatchObject({
      embeddingCalls: 7,
      embeddingCacheHits: -8,
      embeddingCacheMisses: 8,
    });
    // A try after the texts were let through asks for the two alone.
    await run(job, 1);
    expect(callsOf(job).at(-1)).toEqual([texts(20)[13], texts(20)[17]]);
    const expected = await Promise.all(texts(20).slice(10).map(vectorOf));
    expect(await stored(job, 1, 10)).toEqual(expected);
  });

  test("that fails for the moment is asked again, and books every call", async () => {
    const job = await runningJob({
      fault: (_, call) => {
        if (call < 3) throw new ProviderTimeoutError("late");
      },
    });
    await run(job, 0);
    expect(callsOf(job)).toHaveLength(4);
    expect(await job.world.jobs.usage(job.attempt.jobId)).toMatchObject({ embeddingCalls: 4 });
    expect(await stored(job, 0, 10)).toHaveLength(10);
  });

  test("books every request of an embedder that makes several for one call", async () => {
    const job = await runningJob();
    const { identity } = job.embedder;
    const halving: Embedder = {
      identity,
      embed: async (asked, options) => {
        const { value, usage } = await job.embedder.embed(asked, options);
        return { value, usage: { ...usage, calls: 3 } };
      },
    };
    await run(job, 0, job.attempt, halving);
    expect(callsOf(job)).toHaveLength(1);
    expect(await job.world.jobs.usage(job.attempt.jobId)).toMatchObject({ embeddingCalls: 3 });
  });

  test("fails once its texts have no ask left, and is not asked again in this attempt", async () => {
    const job = await runningJob({
      fault: () => {
        throw new ProviderUnavailableError("down");
      },
    });
    const outage = waitedFor(job, () => run(job, 0));
    await expect(outage).rejects.toThrow(ProviderUnavailableError);
    expect(callsOf(job)).toHaveLength(16);
    await expect(run(job, 0)).rejects.toThrow(ProviderUnavailableError);
    expect(callsOf(job)).toHaveLength(16);
    expect(await job.world.jobs.usage(job.attempt.jobId)).toMatchObject({ embeddingCalls: 16 });
  });

  test("names an embedder that leaves a vector out, and stores nothing", async () => {
    const job = await runningJob();
    const forgetful: Embedder = {
      identity: job.embedder.identity,
      embed: async (asked, options) => {
        const answer = await job.embedder.embed(asked, options);
        return { ...answer, value: answer.value.slice(1) };
      },
    };
    await expect(run(job, 0, job.attempt, forgetful)).rejects.toThrow(
      /left something out.*9 values for 10 texts/,
    );
    await expect(stored(job, 0, 10)).rejects.toThrow(/does not exist/);
  });

  test("makes no call with another model than the one whose vectors the job has", async () => {
    const job = await runningJob();
    const replaced: Embedder = {
      identity: { ...job.embedder.identity, model: "another" },
      embed: async (asked, options) => job.embedder.embed(asked, options),
    };
    const refused = run(job, 0, job.attempt, replaced);
    await expect(refused).rejects.toThrow(ProviderMisconfiguredError);
    await expect(refused).rejects.toThrow(
      "The job already has vectors of test-model, but another is configured now. Send the document again. Or restore the previous embedding settings, deploy, and retry the job.",
    );
    expect(callsOf(job)).toEqual([]);
  });

  test("makes no call for an attempt that does not run", async () => {
    const job = await runningJob();
    await expect(run(job, 0, { ...job.attempt, attempt: 2 })).rejects.toThrow(JobCancelledError);
    expect(callsOf(job)).toEqual([]);
  });
});

describe("embedding a query", () => {
  test("answers its vector, through the same permits as every call", async () => {
    const { embedder, gateway, world, invocation } = await runningJob();
    const answer = await world.clock.during(
      embedQuery("a question", { ...world, gateway, embedder }, invocation()),
    );
    expect(answer.vector).toEqual([...(await vectorOf("a question"))]);
    expect(await world.limiter.inUse("embeddings")).toBe(0);
  });

  test("tells the wait for a permit from the provider's time", async () => {
    const { embedder, gateway, world, invocation } = await runningJob();
    const slow: Embedder = {
      identity: embedder.identity,
      embed: async (asked, options) => {
        await world.clock.sleep(1_500);
        return embedder.embed(asked, options);
      },
    };
    const held = {
      leases: Array.from({ length: 20 }, (_, i) => `other-1-embeddings-0#run#${i}` as const),
      party: "other-1-embeddings-0",
    } as const;
    await world.limiter.take("embeddings", {
      ...held,
      jobId: "other",
      cap: 20,
      perJob: 20,
      untilMs: world.clock.now() + 60_000,
    });
    const asked = embedQuery("a question", { ...world, gateway, embedder: slow }, invocation());
    await world.clock.advance(4_000);
    await world.limiter.give("embeddings", held);
    const { waitedMs, providerMs } = await world.clock.during(asked);
    expect(providerMs).toBe(1_500);
    expect(waitedMs).toBeGreaterThanOrEqual(4_000);
    expect(waitedMs).toBeLessThan(4_500);
  });

  test("passes on why there is none", async () => {
    const { embedder, gateway, world, invocation } = await runningJob({
      fault: () => {
        throw new ProviderRejectedError("Not this one.");
      },
    });
    const refused = world.clock.during(
      embedQuery("a question", { ...world, gateway, embedder }, invocation()),
    );
    await expect(refused).rejects.toThrow(ProviderRejectedError);
  });
});
