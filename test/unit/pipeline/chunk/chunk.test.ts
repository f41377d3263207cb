import { describe, expect, test } from "vitest";
import { maxChunks } from "../../../../lambdas/contract/limits.ts";
import { decodeChunks } from "../../../../lambdas/pipeline/batches.ts";
import {
  tooLarge as adviceOn,
  chunk,
  type Splitter,
} from "../../../../lambdas/pipeline/chunk/chunk.ts";
import { DocumentTooLargeError } from "../../../../lambdas/pipeline/chunk/errors.ts";
import { split } from "../../../../lambdas/pipeline/chunk/split.ts";
import type { Chunk } from "../../../../lambdas/records/jobs/chunk.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { createWorld, portsOf, type World } from "../../../support/fakes/world.ts";
import { chunkingOf, extractionOf, submissionOf } from "../../../support/submissions.ts";

const submission = submissionOf();
const attempt = { jobId: submission.jobId, attempt: 1 };
const keys = objectKeys(submission.jobId);
const times = { startedAt: submission.submittedAt, deadlineAt: "2026-01-02T00:00:00.000Z" };

const options = { strategy: "recursive", maxTokens: 512, overlapTokens: 64 } as const;
const fingerprint = "f".repeat(64);
const settings = { embeddingModel: "test-model" };

/** One chunk for each letter, and how many were taken. */
function letterSplitter() {
  const taken = { chunks: 0 };
  const split: Splitter = function* (text) {
    for (const [index, letter] of text.split("").entries()) {
      taken.chunks += 1;
      yield { index, start: index, end: index + 1, text: letter, tokens: 1, headings: [] };
    }
  };
  return { split, taken };
}

async function processing(text: string, submitted = submission) {
  const world = createWorld();
  await world.jobs.create(submitted);
  await world.jobs.start(attempt, times);
  await world.jobs.recordExtraction(attempt, extractionOf(), fingerprint);
  await world.objects.put(keys.text, text);
  return world;
}

async function kept(world: World): Promise<readonly Chunk[]> {
  const batches = world.objects.keys(`${keys.prefix}chunks/`).length;
  const read = async (_: unknown, batch: number) =>
    decodeChunks(await world.objects.get(keys.chunks(batch)));
  return (await Promise.all(Array.from({ length: batches }, read))).flat();
}

const text = "abcdefghijklmnopqrstuvwxy";

describe("chunking a job", () => {
  test("keeps its chunks in batches, and gives all of them to both stages", async () => {
    const world = await processing(text);
    const output = await chunk(attempt, world, letterSplitter().split, settings);
    expect(output).toEqual({
      unchanged: false,
      metadataBatches: [0, 1],
      embeddingsBatches: [0, 1],
    });
    expect((await kept(world)).map((chunk) => chunk.text).join("")).toBe(text);
    expect(await world.jobs.read(attempt.jobId)).toMatchObject({
      chunking: chunkingOf(25, 13),
    });
  });

  test("cuts by the job's options", async () => {
    const world = await processing("Words of a sentence. ".repeat(200));
    await chunk(attempt, world, split, settings);
    expect(await kept(world)).toEqual([...split("Words of a sentence. ".repeat(200), options)]);
  });

  test("puts title and headings before each chunk, beside its text, if the deployment wants it", async () => {
    const under: Splitter = function* (text) {
      for (const chunk of letterSplitter().split(text, options)) {
        yield { ...chunk, headings: ["Part"] };
      }
    };
    for (const [chunkContext, path] of [
      [true, [submission.title ?? [], "Part"].flat().join(" > ")],
      [false, undefined],
    ] as const) {
      const world = await processing(text);
      await chunk(attempt, world, under, { ...settings, chunkContext });
      const chunks = await kept(world);
      expect(new Set(chunks.map((chunk) => chunk.path))).toEqual(new Set([path]));
      expect(chunks.map((chunk) => chunk.text).join("")).toBe(text);
    }
  });

  test("says of each chunk where it stands in the file, where the format has places", async () => {
    const world = await processing(text);
    const marks = [1, 2, 3].map((page) => ({ offset: (page - 1) * 10, page }));
    await world.objects.put(keys.places, JSON.stringify({ marks }));
    const pairs: Splitter = function* (whole) {
      yield { index: 0, start: 0, end: 9, text: whole.slice(0, 9), tokens: 1, headings: [] };
      yield { index: 1, start: 12, end: 25, text: whole.slice(12), tokens: 1, headings: [] };
    };
    await chunk(attempt, world, pairs, settings);
    expect((await kept(world)).map(({ places }) => places)).toEqual([
      { pages: [1, 1] },
      { pages: [2, 3] },
    ]);
  });

  test("after a crash before it was recorded, cuts again and ends up with the same", async () => {
    const world = await processing(text);
    const crashing = portsOf(world, ({ method, phase }) => {
      if (method === "recordChunking" && phase === "before") throw new Error("Crashed.");
    });
    await expect(chunk(attempt, crashing, letterSplitter().split, settings)).rejects.toThrow(
      "Crashed.",
    );
    const before = await kept(world);
    const output = await chunk(attempt, world, letterSplitter().split, settings);
    expect(output.metadataBatches).toEqual([0, 1]);
    expect(await kept(world)).toEqual(before);
  });

  test("repeated, or in a retry, does not cut again and gives the batches that are left", async () => {
    const world = await processing(text);
    const first = letterSplitter();
    await chunk(attempt, world, first.split, settings);
    await world.objects.put(keys.described(0, 1), "[]");
    await world.jobs.recordBatch(attempt, "metadata", 0);
    await world.jobs.recordBatch(attempt, "embeddings", 1);
    const left = { unchanged: false, metadataBatches: [1], embeddingsBatches: [0] };
    const again = letterSplitter();
    expect(await chunk(attempt, world, again.split, settings)).toEqual(left);
    const error = { code: "x", message: "No.", stage: "metadata", retryable: true } as never;
    await world.jobs.finish(attempt, { status: "failed", failedAt: times.startedAt, error });
    const second = { ...attempt, attempt: 2 };
    expect(await world.jobs.requeue(attempt)).toBe("requeued");
    await world.jobs.start(second, times);
    expect(await chunk(second, world, again.split, settings)).toEqual(left);
    expect(again.taken.chunks).toBe(0);
    await expect(chunk(attempt, world, again.split, settings)).rejects.toThrow(
      "followed by attempt 2",
    );
  });

  test("takes the model that replaced another, unless there are vectors of that one already", async () => {
    const world = await processing(text);
    const { split } = letterSplitter();
    const modelOf = async () => (await world.jobs.read(attempt.jobId))?.chunking?.embeddingModel;
    await chunk(attempt, world, split, { embeddingModel: "misspelt" });
    expect(await modelOf()).toBe("misspelt");
    await chunk(attempt, world, split, settings);
    expect(await modelOf()).toBe("test-model");
    await world.jobs.recordBatch(attempt, "embeddings", 1);
    await chunk(attempt, world, split, { embeddingModel: "another" });
    expect(await modelOf()).toBe("test-model");
  });

  test("of a document that is stored as it is leaves nothing to do, also when repeated", async () => {
    const world = await processing(text);
    const stored = {
      documentId: submission.documentId,
      version: 1,
      fingerprint,
      chunkCount: 25,
      embeddingModel: "test-model",
      dimensions: 8,
      storedAt: submission.submittedAt,
    };
    const publish = { version: 1, holder: "other", leaseMs: 1_000, nowMs: 0 };
    await world.documents.beginPublish(submission, publish);
    await world.documents.commitPublish(submission, "other", stored);
    const { split, taken } = letterSplitter();
    const nothing = { unchanged: true, metadataBatches: [], embeddingsBatches: [] };
    expect(await chunk(attempt, world, split, settings)).toEqual(nothing);
    expect(await chunk(attempt, world, split, settings)).toEqual(nothing);
    expect(taken.chunks).toBe(0);
    expect(await world.jobs.read(attempt.jobId)).toMatchObject({
      stored: { unchanged: true, chunkCount: 25, embeddingModel: "test-model" },
      chunking: { chunkCount: 25 },
    });
  });

  test("of an unchanged document whose rows are gone cuts it again, so that it is found again", async () => {
    const world = await processing(text);
    await publishAs(world, 1, fingerprint);
    world.rows.lost = true;
    const output = await chunk(attempt, world, letterSplitter().split, settings);
    expect([output.unchanged, output.embeddingsBatches.length]).toEqual([false, 2]);
    expect((await world.jobs.read(attempt.jobId))?.stored).toBeUndefined();
  });

  test("cuts an unchanged document again if the submission forces it", async () => {
    const forced = submissionOf({ options: { ...submission.options, force: true } });
    const world = await processing(text, forced);
    await publishAs(world, 1, fingerprint);
    const output = await chunk(attempt, world, letterSplitter().split, settings);
    expect([output.unchanged, output.embeddingsBatches.length]).toEqual([false, 2]);
  });

  test("takes as many chunks as a job may have, and refuses one more without cutting the rest", async () => {
    const full = await processing("x".repeat(maxChunks));
    expect(
      (await chunk(attempt, full, letterSplitter().split, settings)).metadataBatches,
    ).toHaveLength(100);
    const tooLarge = await processing("x".repeat(maxChunks * 2));
    const { split, taken } = letterSplitter();
    await expect(chunk(attempt, tooLarge, split, settings)).rejects.toThrow(DocumentTooLargeError);
    expect(taken.chunks).toBe(maxChunks + 1);
    expect(await kept(tooLarge)).toEqual([]);
  });

  test("fails a document of nothing that can be seen, instead of leaving no chunk to do", async () => {
    const world = await processing("\ufeff \n\u200b".repeat(100));
    await expect(chunk(attempt, world, split, settings)).rejects.toMatchObject({
      name: "InvalidDocumentError",
    });
    expect((await world.jobs.read(attempt.jobId))?.chunking).toBeUndefined();
  });

  test("of a cancelled job does nothing", async () => {
    const world = await processing(text);
    await world.jobs.requestCancel(attempt.jobId, times.startedAt);
    const { split, taken } = letterSplitter();
    await expect(chunk(attempt, world, split, settings)).rejects.toMatchObject({
      name: "JobCancelledError",
    });
    expect(taken.chunks).toBe(0);
    expect(await kept(world)).toEqual([]);
  });

  test("a cancel that comes before an unchanged document is confirmed supersedes no earlier version", async () => {
    const world = await processing(text);
    const { documents } = world;
    await documents.nextVersion(submission);
    await publishAs(world, 1, fingerprint);
    const later = submissionOf({ jobId: "01JH0000000000000000000009", documentVersion: 3 });
    const third = { jobId: later.jobId, attempt: 1 };
    await world.jobs.create(later);
    await world.jobs.start(third, times);
    await world.jobs.recordExtraction(third, extractionOf(), fingerprint);
    const cancelling = portsOf(world, async ({ port, method, phase }) => {
      if (port === "documents" && method === "read" && phase === "after") {
        await world.jobs.requestCancel(later.jobId, submission.submittedAt);
      }
    });
    await expect(chunk(third, cancelling, letterSplitter().split, settings)).rejects.toThrow(
      "cancel",
    );
    expect(await publishAs(world, 2, "another")).toBe("granted");
  });
});

async function publishAs(world: World, version: number, fingerprint: string) {
  const holder = `job-${version}`;
  const begun = await world.documents.beginPublish(submission, {
    version,
    holder,
    leaseMs: 1_000,
    nowMs: world.clock.now(),
  });
  if (begun !== "granted") return begun;
  await world.documents.commitPublish(submission, holder, {
    documentId: submission.documentId,
    version,
    fingerprint,
    chunkCount: 25,
    embeddingModel: "test-model",
    dimensions: 3,
    storedAt: submission.submittedAt,
  });
  return begun;
}

test.each([
  [
    "full chunks that fit if they are larger",
    { cutLength: 10_000_000, length: 20_000_000 },
    512,
    "about 10,000 chunks at 512 tokens; 5,000 is the limit. Raise max_tokens: at 2048 it has about 2,500.",
  ],
  [
    "full chunks that never fit",
    { cutLength: 10_000_000, length: 50_000_000 },
    512,
    "about 6,300 chunks at 2048 tokens; 5,000 is the limit. Split it into at least 2 documents.",
  ],
  [
    "short sections, which larger chunks do not join",
    { cutLength: 500_000, length: 1_500_000 },
    512,
    "about 15,000 chunks at 512 tokens; 5,000 is the limit. Split it into at least 4 documents.",
  ],
  [
    "chunks of the largest size",
    { cutLength: 40_000_000, length: 44_000_000 },
    2_048,
    "about 5,500 chunks at 2048 tokens; 5,000 is the limit. Split it into at least 2 documents.",
  ],
])("a document of %s gets advice that can work", (_, cutTo, maxTokens, sentence) => {
  expect(adviceOn(cutTo, maxTokens)).toBe(`chunking: The document has ${sentence}`);
});
