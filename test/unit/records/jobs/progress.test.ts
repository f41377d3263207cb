import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { batchCount, batchSize } from "../../../../lambdas/records/jobs/batching.ts";
import type { Job } from "../../../../lambdas/records/jobs/job.ts";
import { progressOf, stagesOf } from "../../../../lambdas/records/jobs/progress.ts";
import { chunksInBatches } from "../../../../lambdas/records/jobs/stages.ts";
import {
  chunkingOf,
  extractionOf,
  processingJob,
  resultOf,
  storedOf,
  submissionOf,
} from "../../../support/submissions.ts";

const read: Job = processingJob();
const running = { ...processingJob(), extraction: extractionOf() };
const numbers = (count: number) => [...Array(count).keys()];
const all = (job: Job) => Object.values(stagesOf(job)).map(({ status }) => status);

describe("the chunks in finished batches", () => {
  test("are all of them when all batches are finished, whatever the sizes", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), (chunkCount) => {
        const size = batchSize(chunkCount);
        const batches = batchCount(chunkCount, size);
        expect(batches).toBeLessThanOrEqual(101);
        const chunking = chunkingOf(chunkCount, size);
        expect(chunksInBatches(chunking, new Set(numbers(batches)))).toBe(chunkCount);
        expect(chunksInBatches(chunking, new Set())).toBe(0);
      }),
    );
  });

  test("count a last batch that is short as what it is", () => {
    const chunking = chunkingOf(25);
    expect(chunksInBatches(chunking, new Set([2]))).toBe(5);
    expect(chunksInBatches(chunking, new Set([0, 2]))).toBe(15);
    expect(chunksInBatches(chunkingOf(20), new Set([1]))).toBe(10);
  });
});

describe("progress", () => {
  test("never falls, whatever the order of batches, failures and retries, and is 100 at the end only", () => {
    type Step = { readonly stage: "metadataDone" | "embeddingsDone"; readonly batch: number };
    const order = (count: number) =>
      fc.shuffledSubarray(
        (["metadataDone", "embeddingsDone"] as const).flatMap((stage) =>
          numbers(count).map((batch): Step => ({ stage, batch })),
        ),
        { minLength: 2 * count },
      );
    const scenario = fc.integer({ min: 1, max: 120 }).chain((chunkCount) =>
      fc.record({
        chunkCount: fc.constant(chunkCount),
        steps: order(batchCount(chunkCount, batchSize(chunkCount))),
        fails: fc.array(fc.boolean(), { maxLength: 24 }),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ chunkCount, steps, fails }) => {
        const seen = [
          progressOf({ ...submissionOf(), ...read, status: "queued" }),
          progressOf(running),
        ];
        let job: Job = { ...running, chunking: chunkingOf(chunkCount, batchSize(chunkCount)) };
        seen.push(progressOf(job));
        for (const [i, { stage, batch }] of steps.entries()) {
          job = { ...job, [stage]: new Set([...job[stage], batch]) };
          seen.push(progressOf(job));
          if (fails[i] !== true) continue;
          const error = { code: "x", message: "x", stage: "metadata", retryable: true } as const;
          const failed = {
            ...job,
            status: "failed",
            failedAt: "2026-01-01T00:00:00.000Z",
            error,
          } as Job;
          const queued = { ...job, status: "queued", attempt: job.attempt + 1 } as Job;
          seen.push(progressOf(failed), progressOf(queued));
        }
        seen.push(progressOf({ ...job, publishing: true, stored: storedOf({ chunkCount }) }));
        expect(seen).toEqual(seen.toSorted((a, b) => a - b));
        expect(seen.at(-1)).toBe(99);
      }),
    );
    const completed: Job = {
      ...running,
      status: "completed",
      completedAt: "2026-01-01T00:01:00.000Z",
      result: resultOf(),
    };
    expect(progressOf(completed)).toBe(100);
  });

  test("weighs the stages 5, 5, 45, 35 and 10", () => {
    const chunking = chunkingOf(20);
    const cut: Job = { ...running, chunking };
    expect(progressOf(read)).toBe(0);
    expect(progressOf({ ...read, reading: { done: 120, total: 300 } })).toBe(2);
    expect(progressOf(running)).toBe(5);
    expect(progressOf(cut)).toBe(10);
    expect(progressOf({ ...cut, metadataDone: new Set([0]) })).toBe(32);
    expect(progressOf({ ...cut, embeddingsDone: new Set([0, 1]) })).toBe(45);
    expect(
      progressOf({ ...cut, metadataDone: new Set([0, 1]), embeddingsDone: new Set([0, 1]) }),
    ).toBe(90);
  });
});

describe("the stages of a job", () => {
  const cut: Job = { ...running, chunking: chunkingOf(20) };
  const both: Job = { ...cut, metadataDone: new Set([0, 1]), embeddingsDone: new Set([0, 1]) };

  test("begin one after the other, the two in the middle together", () => {
    expect(all({ ...read, status: "queued" })).toEqual(Array(5).fill("pending"));
    expect(all(read)).toEqual(["running", "pending", "pending", "pending", "pending"]);
    expect(all(running)).toEqual(["done", "running", "pending", "pending", "pending"]);
    expect(all(cut)).toEqual(["done", "done", "running", "running", "pending"]);
    expect(all({ ...cut, metadataDone: new Set([0, 1]) })).toEqual([
      "done",
      "done",
      "done",
      "running",
      "pending",
    ]);
    expect(all(both)).toEqual(["done", "done", "done", "done", "running"]);
    expect(all({ ...both, stored: storedOf() })).toEqual(Array(5).fill("done"));
  });

  test("tell done, total and percent in chunks; the total is unknown until the document is cut", () => {
    expect(stagesOf(running).metadata).toEqual({
      status: "pending",
      done: 0,
      total: null,
      percent: 0,
    });
    expect(stagesOf({ ...cut, metadataDone: new Set([1]) }).metadata).toEqual({
      status: "running",
      done: 10,
      total: 20,
      percent: 50,
    });
  });

  test("count what is read in pages, where the format has pages", () => {
    const readingOf = (given: Partial<Job>) => stagesOf({ ...read, ...given } as Job).extraction;
    expect(readingOf({})).toEqual({ status: "running", done: 0, total: null, percent: 0 });
    const reading = { done: 120, total: 300 };
    expect(readingOf({ reading })).toEqual({
      status: "running",
      done: 120,
      total: 300,
      percent: 40,
    });
    expect(readingOf({ reading, extraction: extractionOf({ total: 300 }) })).toEqual({
      status: "done",
      done: 300,
      total: 300,
      percent: 100,
    });
  });

  test("name the one that failed, and leave what was done as done", () => {
    const error = { code: "x", message: "x", stage: "embeddings", retryable: true } as const;
    const failedAt = "2026-01-01T00:00:00.000Z";
    const failed = {
      ...cut,
      status: "failed",
      failedAt,
      error,
      metadataDone: new Set([0, 1]),
    } as Job;
    expect(all(failed)).toEqual(["done", "done", "done", "failed", "pending"]);
  });

  test("of a completed job are done, also when nothing had to be done", () => {
    const completedAt = "2026-01-01T00:01:00.000Z";
    const completed = { ...running, status: "completed", completedAt, result: resultOf() } as Job;
    expect(all(completed)).toEqual(Array(5).fill("done"));
    const { extraction, ...others } = stagesOf({
      ...cut,
      status: "completed",
      completedAt,
      result: resultOf(),
    });
    expect(extraction).toEqual({ status: "done", done: 0, total: null, percent: 100 });
    expect(Object.values(others)).toEqual(
      numbers(4).map(() => ({ status: "done", done: 20, total: 20, percent: 100 })),
    );
  });
});
