import { beforeEach, describe, expect, test } from "vitest";
import { encodeVectors } from "../../../lambdas/pipeline/batches.ts";
import { store } from "../../../lambdas/pipeline/store/store.ts";
import { documentLeaseMs } from "../../../lambdas/records/documents/document-store.ts";
import { StoreConflictError } from "../../../lambdas/records/documents/store-conflict.ts";
import { type Attempt, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { JobCancelledError } from "../../../lambdas/records/jobs/errors.ts";
import { maxFailedChunksListed } from "../../../lambdas/records/jobs/job.ts";
import { objectKeys } from "../../../lambdas/records/objects/object-keys.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import type { VectorStore } from "../../../lambdas/vectors/vector-store.ts";
import { Crash, expectAtEachCall } from "../../support/crashes.ts";
import { type OnCall, observed } from "../../support/fakes/models/calls.ts";
import { MemoryCollection, MemoryVectorStore } from "../../support/fakes/vector-store.ts";
import { portsOf, type World } from "../../support/fakes/world.ts";
import { batchSize, type RunningJob, runningJob } from "../../support/running-job.ts";
import { model, unitVector } from "../../support/vectors.ts";

const metadataOf = (index: number) => ({
  title: `Part ${index}`,
  summary: "s",
  keywords: [],
  entities: [],
  language: "en",
});

/** A running job whose batches are all done; chunks named in `refused` have no metadata. */
async function ready(job: RunningJob, attempt: Attempt, refused: readonly number[] = []) {
  const { world } = job;
  const { chunking } = (await world.jobs.read(attempt.jobId))!;
  const keys = objectKeys(attempt.jobId);
  for (let from = 0, batch = 0; from < chunking!.chunkCount; from += batchSize, batch++) {
    const size = Math.min(batchSize, chunking!.chunkCount - from);
    const indexes = [...Array(size).keys()].map((i) => from + i);
    const described = indexes.map((index) =>
      refused.includes(index)
        ? { index, failure: { code: "provider_rejected", message: `No to ${index}.` } }
        : { index, metadata: metadataOf(index) },
    );
    await world.objects.put(keys.described(batch, 1), JSON.stringify(described));
    await world.objects.put(keys.vectors(batch), encodeVectors(indexes.map(unitVector)));
    await world.jobs.recordBatch(attempt, "metadata", batch);
    await world.jobs.recordBatch(attempt, "embeddings", batch);
  }
}

describe("store", () => {
  let job: RunningJob;
  let world: World;
  let vectors: MemoryVectorStore;

  beforeEach(async () => {
    job = await runningJob();
    world = job.world;
    vectors = new MemoryVectorStore(new MemoryCollection());
  });

  const run = (attempt = job.attempt, given: { vectors?: VectorStore } = {}) =>
    world.clock.during(store(attempt, { ...world, vectors, ...given }));
  const ref = { tenant: "acme", documentId: "doc" };
  const chunks = () => vectors.chunks(ref, { from: 0, limit: 10_000, vectors: true });
  const read = async (attempt = job.attempt) => (await world.jobs.read(attempt.jobId))!;

  test("publishes each chunk with what both branches made of it", async () => {
    await ready(job, job.attempt);
    await run();
    const rows = await chunks();
    expect(rows.map(({ index }) => index)).toEqual([...Array(25).keys()]);
    expect(rows[24]).toEqual({
      ...ref,
      version: 1,
      title: "Title",
      attributes: {},
      index: 24,
      start: 24_000,
      end: 24_000 + "chunk number 24 of the document".length,
      text: "chunk number 24 of the document",
      headings: ["Part", "Section 24"],
      metadata: metadataOf(24),
      vector: unitVector(24),
    });
  });

  test("keeps the document's record and the job's result", async () => {
    await ready(job, job.attempt);
    await run();
    const { fingerprint, publishing, stored } = await read();
    expect(await world.documents.read(ref)).toEqual({
      documentId: "doc",
      version: 1,
      title: "Title",
      contentType: "text/plain",
      attributes: {},
      fingerprint,
      chunkCount: 25,
      ...model,
      jobId: job.attempt.jobId,
      storedAt: "2026-01-01T00:00:00.000Z",
    });
    expect(publishing).toBe(true);
    expect(stored).toEqual({
      documentId: "doc",
      documentVersion: 1,
      chunkCount: 25,
      ...model,
      unchanged: false,
      superseded: false,
      degraded: false,
      failedChunks: [],
      failedChunkCount: 0,
    });
  });

  test("stores nothing of a document whose every chunk was refused", async () => {
    await ready(job, job.attempt, [...Array(25).keys()]);
    await expect(run()).rejects.toThrow(/^metadata: No chunk .*\. No to 0\.$/);
    expect(await chunks()).toEqual([]);
  });

  test("stores a refused chunk without metadata, and names it", async () => {
    await ready(job, job.attempt, [3, 21]);
    await run();
    const bare = (await chunks()).filter(({ metadata }) => metadata === undefined);
    expect(bare.map(({ index }) => index)).toEqual([3, 21]);
    expect((await read()).stored).toMatchObject({
      degraded: true,
      failedChunkCount: 2,
      failedChunks: [
        { index: 3, code: "provider_rejected", message: "No to 3." },
        { index: 21, code: "provider_rejected", message: "No to 21." },
      ],
    });
  });

  test("lets the same document be tried again while a chunk of it was refused", async () => {
    const unchanged = async (refused: readonly number[]) => {
      const attempt = await job.start();
      await ready(job, attempt, refused);
      await run(attempt);
      const { fingerprint, documentVersion: version } = (await world.jobs.read(attempt.jobId))!;
      return (await world.documents.confirmUnchanged(ref, { version, fingerprint })) !== undefined;
    };
    expect(await unchanged([3])).toBe(false);
    expect(await unchanged([])).toBe(true);
  });

  test("names a hundred refused chunks, and counts all", async () => {
    const texts = [...Array(130).keys()].map((i) => `text ${i}`);
    job = await runningJob({ texts });
    world = job.world;
    await ready(job, job.attempt, [...Array(129).keys()]);
    await run();
    const { stored } = await read();
    expect(stored?.failedChunks).toHaveLength(maxFailedChunksListed);
    expect(stored?.failedChunkCount).toBe(129);
  });

  test("repeated changes nothing", async () => {
    await ready(job, job.attempt);
    await run();
    const before = [await read(), await chunks()];
    await run();
    expect([await read(), await chunks()]).toEqual(before);
  });

  test("does not publish what was cancelled, and is not cancelled once it publishes", async () => {
    await ready(job, job.attempt);
    await world.jobs.requestCancel(job.attempt.jobId, "2026-01-01T00:00:00.000Z");
    await expect(run()).rejects.toThrow(JobCancelledError);
    expect(await chunks()).toEqual([]);

    const next = await job.start();
    await ready(job, next);
    await run(next);
    const { outcome } = await world.jobs.requestCancel(next.jobId, "2026-01-01T00:00:00.000Z");
    expect(outcome).toBe("publishing");
  });

  test("meets a cancel at any of its calls: either nothing is visible, or the cancel is refused", async () => {
    const outcomes = new Set<string>();
    // The first round is not disturbed, and counts the calls.
    for (let at = -1, total = 0; at < total; at++) {
      const one = await runningJob();
      await ready(one, one.attempt);
      const collection = new MemoryVectorStore(new MemoryCollection());
      let outcome = "";
      let calls = 0;
      const onCall: OnCall = async () => {
        if (calls++ !== at) return;
        const asked = await one.world.jobs.requestCancel(
          one.attempt.jobId,
          "2026-01-01T00:00:01.000Z",
        );
        outcome = asked.outcome;
      };
      const ports = {
        ...portsOf(one.world, onCall),
        vectors: observed("vectors", collection, onCall),
      };
      const stored = await store(one.attempt, ports).then(
        () => "stored",
        (error: Error) => error.name,
      );
      const visible = (await collection.chunks(ref, { from: 0, limit: 99, vectors: false })).length;
      const cancelled = outcome === "requested";
      expect([at, stored, visible]).toEqual(
        cancelled ? [at, "JobCancelledError", 0] : [at, "stored", 25],
      );
      outcomes.add(outcome);
      if (at === -1) total = calls;
    }
    expect(outcomes).toEqual(new Set(["", "requested", "publishing"]));
  });

  test("skips a version that a later one has overtaken, and says so", async () => {
    const later = await job.start();
    await ready(job, job.attempt);
    await ready(job, later);
    await run(later);
    const published = await chunks();
    await run(job.attempt);
    expect(await chunks()).toEqual(published);
    expect((await read()).stored).toMatchObject({ superseded: true, documentVersion: 1 });
    expect((await world.documents.read(ref))?.version).toBe(2);
  });

  test("skips a version that a later one has overtaken, though that died before it was recorded", async () => {
    const later = await job.start();
    await ready(job, job.attempt);
    await ready(job, later);
    const documents = observed("documents", world.documents, ({ method }) => {
      if (method === "commitPublish") throw new Crash();
    });
    await expect(store(later, { ...world, vectors, documents })).rejects.toThrow(Crash);
    const published = await chunks();
    expect(published[0]?.version).toBe(2);
    await world.clock.advance(documentLeaseMs);
    await run(job.attempt);
    expect(await chunks()).toEqual(published);
    expect((await read()).stored).toMatchObject({ superseded: true, documentVersion: 1 });
  });

  test("is told to try again while another run holds the document", async () => {
    await ready(job, job.attempt);
    const publish = { version: 1, holder: "other", leaseMs: 1_000, nowMs: world.clock.now() };
    await world.documents.beginPublish(ref, publish);
    await expect(run()).rejects.toThrow(StoreConflictError);
    expect(await chunks()).toEqual([]);
    await world.clock.advance(1_000);
    await run();
    expect(await chunks()).toHaveLength(25);
  });

  test("that lost a race of commits has stored nothing, and can be repeated", async () => {
    await ready(job, job.attempt);
    const conflicting = Object.create(vectors) as VectorStore;
    conflicting.publish = () => Promise.reject(new StoreConflictError("storage: met another"));
    await expect(run(job.attempt, { vectors: conflicting })).rejects.toThrow(StoreConflictError);
    expect(await world.documents.read(ref)).toBeUndefined();
    expect((await read()).stored).toBeUndefined();
    await run();
    expect(await chunks()).toHaveLength(25);
  });

  test.each(["described", "vectors"] as const)(
    "without the %s of a batch stores nothing",
    async (part) => {
      await ready(job, job.attempt);
      await world.objects.removeAll(objectKeys(job.attempt.jobId)[part](1, 1));
      await expect(run()).rejects.toThrow(/does not exist/);
      expect((await read()).publishing).toBe(false);
    },
  );

  test("with a chunk of a batch left out stores nothing, and names it", async () => {
    await ready(job, job.attempt);
    const key = objectKeys(job.attempt.jobId).described(1, 1);
    await world.objects.put(key, JSON.stringify([{ index: 10, metadata: metadataOf(10) }]));
    await expect(run()).rejects.toThrow("storage: Metadata or vector of chunk 11 is missing.");
    expect(await chunks()).toEqual([]);
  });

  test.each(["crash", "fault"] as const)(
    "after a %s at any call ends the same when it is repeated",
    async (kind) => {
      interface Scene {
        readonly job: RunningJob;
        readonly vectors: MemoryVectorStore;
      }
      const places = await expectAtEachCall<Scene>(kind, {
        async arrange() {
          const one = await runningJob();
          await ready(one, one.attempt);
          return { job: one, vectors: new MemoryVectorStore(new MemoryCollection()) };
        },
        worldOf: (scene) => scene.job.world,
        act: (scene, ports) => store(scene.job.attempt, { ...ports, vectors: scene.vectors }),
        async check(scene, { error }) {
          expect(error === undefined || error instanceof Crash).toBe(true);
          const { world, attempt } = scene.job;
          await world.clock.during(store(attempt, { ...world, vectors: scene.vectors }));
          expect(await finish(attempt, { kind: "ended" }, world)).toBe("completed");
          const page = { from: 0, limit: 100, vectors: false };
          expect(await scene.vectors.chunks(ref, page)).toHaveLength(25);
          expect(await world.documents.read(ref)).toMatchObject({ version: 1, chunkCount: 25 });
          const publish = { version: 2, holder: "next", leaseMs: 1, nowMs: world.clock.now() };
          expect(await world.documents.beginPublish(ref, publish)).toBe("granted");
          expect(attemptId(attempt)).toMatch(/-1$/);
        },
      });
      expect(places).toContain("documents.commitPublish after");
    },
  );
});
