/** What a job store keeps over a job's life, and what many writers at once leave. */
import { ulid } from "ulid";
import { describe, expect, test } from "vitest";
import { noUsage } from "../../../lambdas/accounting/usage.ts";
import {
  jobDaysFromSubmission,
  retentionDays,
  textDays,
} from "../../../lambdas/contract/retention.ts";
import type { EndedAttempt, Job, Submission } from "../../../lambdas/records/jobs/job.ts";
import type { JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import { StillClock } from "../../support/fakes/clock.ts";
import {
  chunkingOf,
  extractionOf,
  jobIdOf,
  storedOf,
  submissionOf,
} from "../../support/submissions.ts";
import { cancelled, completed, failed } from "./job-store.contract.ts";

const first = { jobId: jobIdOf(1), attempt: 1 };
const again = { ...first, attempt: 2 };
const at = "2026-01-01T00:01:00.000Z";
const times = { startedAt: at, deadlineAt: "2026-01-01T08:00:00.000Z" };
const numbers = (count: number) => [...Array(count).keys()];

/** `open` answers a maker of instances that share one new store. */
export function jobLifeContract(
  name: string,
  open: (clock: StillClock) => Promise<() => JobStore>,
): void {
  const queued = async (given: Partial<Submission> = {}) => {
    const clock = new StillClock();
    const instance = await open(clock);
    const store = instance();
    await store.create(submissionOf({ jobId: first.jobId, ...given }));
    return { clock, instance, store };
  };
  const processing = async () => {
    const made = await queued();
    await made.store.start(first, times);
    return made;
  };

  describe(`job store, a job's life: ${name}`, () => {
    test("a submission is kept exactly, whatever its values", async () => {
      const submission = submissionOf({
        title: "Grüße 東京 😀 <|im_start|>",
        contentType: "text/markdown",
        attributes: { empty: "", huge: 1e300, tiny: -5e-324, yes: true, status: "queued" },
        options: {
          chunking: { strategy: "markdown", maxTokens: 64, overlapTokens: 0 },
          metadata: {
            schema: { type: "object", properties: { price: { type: "number" } } },
          },
        },
      });
      const { store } = await queued(submission);
      expect(await store.read(submission.jobId)).toEqual({
        ...submission,
        status: "queued",
        attempt: 1,
        fingerprint: "",
        metadataDone: new Set(),
        embeddingsDone: new Set(),
        publishing: false,
        announced: false,
        version: 1,
      });
    });

    test("an id that is taken stays as it is", async () => {
      const { store } = await processing();
      const before = await store.read(first.jobId);
      expect(await store.create(submissionOf({ ...first, tenant: "globex" }))).toBe("exists");
      expect(await store.read(first.jobId)).toEqual(before);
    });

    test("each state has the fields that belong to it, and no others", async () => {
      const { store, clock } = await processing();
      const started = await store.read(first.jobId);
      expect(started).toMatchObject({ status: "processing", ...times });
      clock.skip(1_000);
      await store.recordChunking(first, chunkingOf(25));
      clock.skip(1_000);
      await store.recordBatch(first, "metadata", 2);
      await store.beginPublishing(first);
      clock.skip(1_000);
      await store.recordStored(first, storedOf());
      await store.finish(first, completed);
      const { deadlineAt: _, ...kept } = started as Job & { deadlineAt: string };
      expect(await store.read(first.jobId)).toEqual({
        ...kept,
        ...completed,
        chunking: chunkingOf(25),
        metadataDone: new Set([2]),
        publishing: true,
        stored: storedOf(),
        chunkingAt: "2026-01-01T00:00:01.000Z",
        metadataAt: "2026-01-01T00:00:02.000Z",
        storageAt: "2026-01-01T00:00:03.000Z",
        version: 7,
      });
    });

    test("a retry begins anew, but for the chunking, the batches and that publishing began", async () => {
      const { store, clock } = await processing();
      await store.recordChunking(first, chunkingOf(25));
      await store.recordBatch(first, "metadata", 0);
      clock.skip(1_000);
      await store.recordBatch(first, "embeddings", 1);
      await store.beginPublishing(first);
      await store.finish(first, failed);
      await store.markAnnounced(first);
      await store.intendRetry(first, at);
      await store.intendRetry(first, "2026-01-01T00:05:00.000Z");
      const intended = await store.read(first.jobId);
      expect(intended?.retryRequestedAt).toBe("2026-01-01T00:05:00.000Z");
      clock.skip(1_000);
      await store.requeue(first);
      expect(await store.read(first.jobId)).toEqual({
        ...submissionOf(first),
        status: "queued",
        attempt: 2,
        queuedAt: "2026-01-01T00:00:02.000Z",
        chunkingAt: "2026-01-01T00:00:00.000Z",
        metadataAt: "2026-01-01T00:00:00.000Z",
        embeddingsAt: "2026-01-01T00:00:01.000Z",
        chunking: chunkingOf(25),
        fingerprint: "",
        metadataDone: new Set([0]),
        embeddingsDone: new Set([1]),
        publishing: true,
        announced: false,
        version: 11,
      });
    });

    test("a retry keeps how the attempts before it ended", async () => {
      const { store } = await processing();
      const ended: EndedAttempt[] = [
        { attempt: 1, status: "cancelled", endedAt: at },
        { attempt: 2, status: "failed", startedAt: at, endedAt: at, error: failed.error },
      ];
      await store.finish(first, failed);
      await store.requeue(first, ended);
      expect((await store.read(first.jobId))?.endedAttempts).toEqual(ended);
      await store.finish(again, cancelled);
      await store.requeue(again);
      expect((await store.read(first.jobId))?.endedAttempts).toEqual(ended);
    });

    test("a cancelled job that is retried can be started and cancelled again", async () => {
      const { store } = await queued();
      await store.requestCancel(first.jobId, at);
      await store.finish(first, cancelled);
      await store.requeue(first);
      expect(await store.start(again, times)).toBe("started");
      expect((await store.requestCancel(first.jobId, at)).outcome).toBe("requested");
    });

    test("a job that began to publish and failed is not cancelled while it is retried", async () => {
      const { store } = await processing();
      await store.beginPublishing(first);
      await store.finish(first, failed);
      await store.requeue(first);
      expect((await store.requestCancel(first.jobId, at)).outcome).toBe("publishing");
      await store.start(again, times);
      await store.beginPublishing(again);
      await store.recordStored(again, storedOf());
      expect((await store.requestCancel(first.jobId, at)).outcome).toBe("publishing");
    });

    test("a job goes 30 days after its end, and comes back for nobody", async () => {
      const { store, clock } = await processing();
      clock.skip(2 * retentionDays * 86_400_000);
      expect(await store.read(first.jobId)).toBeDefined();
      await store.finish(first, failed);
      clock.skip((retentionDays - 1) * 86_400_000);
      await store.markAnnounced(first);
      expect(await store.read(first.jobId)).toMatchObject({ announced: true });
      clock.skip(86_400_000);
      expect(await store.read(first.jobId)).toBeUndefined();
      expect(await store.intendRetry(first, at)).toBe("refused");
      expect(await store.requeue(first)).toBe("refused");
      expect(await store.finish(first, completed)).toBe("refused");
      await expect(store.requestCancel(first.jobId, at)).rejects.toThrow(/does not exist/);
      expect(await store.read(first.jobId)).toBeUndefined();
      expect(await store.list({ tenant: "acme", limit: 10 })).toEqual({ jobs: [] });
    });

    test("a job that ends soon is kept as long as its text, so that an erasure finds the text", async () => {
      const { store, clock } = await processing();
      const jobId = ulid(clock.now());
      const submission = submissionOf({ jobId, documentId: "kept" });
      await store.create(submission);
      await store.start({ jobId, attempt: 1 }, times);
      await store.finish({ jobId, attempt: 1 }, failed);
      clock.skip(textDays * 86_400_000);
      expect(await store.read(jobId)).toBeDefined();
      const listed = await store.list({ tenant: "acme", documentId: "kept", limit: 10 });
      expect(listed.jobs).toHaveLength(1);
      clock.skip((jobDaysFromSubmission - textDays) * 86_400_000);
      expect(await store.read(jobId)).toBeUndefined();
    });

    test("a job that is retried in time stays", async () => {
      const { store, clock } = await processing();
      await store.finish(first, failed);
      clock.skip((retentionDays - 1) * 86_400_000);
      expect(await store.requeue(first)).toBe("requeued");
      clock.skip(2 * retentionDays * 86_400_000);
      expect(await store.read(first.jobId)).toMatchObject({ status: "queued", attempt: 2 });
    });

    test("an attempt is unfinished from its creation until its end is announced, and so is its retry", async () => {
      const { store, clock } = await processing();
      const noted = async () => (await store.unfinished()).filter((n) => n.jobId === first.jobId);
      expect(await noted()).toEqual([{ ...first, notedAtMs: clock.now() }]);
      await store.finish(first, failed);
      expect(await noted()).toHaveLength(1);
      await store.markAnnounced(first);
      expect(await noted()).toEqual([]);
      await store.requeue(first);
      expect(await noted()).toEqual([{ ...again, notedAtMs: clock.now() }]);
    });

    test("a note that was renewed is not forgotten by its older form", async () => {
      const { store, clock } = await processing();
      const [old] = await store.unfinished();
      clock.skip(1_000);
      await store.create(submissionOf({ jobId: first.jobId }));
      await store.forgetUnfinished(old!);
      const [renewed] = await store.unfinished();
      expect(renewed).toEqual({ ...first, notedAtMs: clock.now() });
      await store.forgetUnfinished(renewed!);
      expect(await store.unfinished()).toEqual([]);
    });

    test("usage is summed over invocations and attempts, each counted once", async () => {
      const { store } = await processing();
      expect(await store.usage(first.jobId)).toEqual(noUsage);
      const spent = { llmCalls: 3, promptTokens: 100, metadataCacheHits: -1 };
      await store.recordUsage(first, "one", spent);
      await store.recordUsage(first, "one", { llmCalls: 50 });
      await store.recordUsage(first, "two", { embeddingCalls: 1, embeddingTokens: 7 });
      await store.recordUsage(again, "one", { llmCalls: 1, completionTokens: 9 });
      await store.recordUsage({ jobId: jobIdOf(2), attempt: 1 }, "one", { llmCalls: 99 });
      expect(await store.usage(first.jobId)).toEqual({
        ...noUsage,
        llmCalls: 4,
        embeddingCalls: 1,
        promptTokens: 100,
        completionTokens: 9,
        embeddingTokens: 7,
        metadataCacheHits: -1,
      });
    });
  });

  describe(`job store, many writers at once: ${name}`, () => {
    test("of 20 creates of one id one is told that it created it", async () => {
      const instance = await open(new StillClock());
      const answers = await Promise.all(
        numbers(20).map((sizeBytes) => instance().create(submissionOf({ ...first, sizeBytes }))),
      );
      expect(answers.filter((answer) => answer === "created")).toHaveLength(1);
      const { sizeBytes } = (await instance().read(first.jobId)) ?? {};
      expect(sizeBytes).toBe(answers.indexOf("created"));
    });

    test("reading never falls, and stays over attempts", async () => {
      const { store } = await processing();
      await store.recordReading(first, { done: 40, total: 300 });
      const { version } = (await store.read(first.jobId))!;
      await store.recordReading(first, { done: 20, total: 300 });
      expect(await store.read(first.jobId)).toMatchObject({ reading: { done: 40 }, version });
      await store.finish(first, failed);
      await store.requeue(first);
      await store.start(again, times);
      await store.recordReading(again, { done: 20, total: 300 });
      expect(await store.read(first.jobId)).toMatchObject({ reading: { done: 40 } });
      await store.recordReading(again, { done: 60, total: 300 });
      expect(await store.read(first.jobId)).toMatchObject({ reading: { done: 60, total: 300 } });
    });

    test("what was extracted is read as it was written, with its fingerprint", async () => {
      const { store } = await processing();
      const extraction = extractionOf({ title: "Größe", total: 3, unreadablePages: [2] });
      await store.recordExtraction(first, extraction, "f".repeat(64));
      expect(await store.read(first.jobId)).toMatchObject({
        extraction,
        fingerprint: "f".repeat(64),
        extractionAt: expect.any(String) as string,
      });
    });

    test("60 batches recorded at once, each three times, are all there", async () => {
      const { instance, store } = await processing();
      const batches = numbers(30);
      await Promise.all(
        [...batches, ...batches, ...batches].flatMap((batch) => [
          instance().recordBatch(first, "metadata", batch),
          instance().recordBatch(first, "embeddings", batch),
        ]),
      );
      expect(await store.read(first.jobId)).toMatchObject({
        metadataDone: new Set(batches),
        embeddingsDone: new Set(batches),
        version: 2 + 60,
      });
    });

    test("of cancel and publishing at once one wins, and both are told which", async () => {
      const instance = await open(new StillClock());
      for (const round of numbers(20)) {
        const job = { jobId: jobIdOf(round), attempt: 1 };
        await instance().create(submissionOf(job));
        await instance().start(job, times);
        const publishes = () =>
          instance()
            .beginPublishing(job)
            .then(
              () => "publishing",
              (error: Error) => error.name,
            );
        const cancels = () => instance().requestCancel(job.jobId, at);
        const [published, cancel] =
          round % 2 === 0
            ? await Promise.all([publishes(), cancels()])
            : (await Promise.all([cancels(), publishes()])).toReversed();
        const now = await instance().read(job.jobId);
        expect(published).toBe(now?.publishing ? "publishing" : "JobCancelledError");
        expect(cancel).toMatchObject({ outcome: now?.publishing ? "publishing" : "requested" });
        expect(now?.cancelRequestedAt).toBe(now?.publishing ? undefined : at);
      }
    });

    test("of many ends at once one stands, whole", async () => {
      const instance = await open(new StillClock());
      for (const round of numbers(10)) {
        const job = { jobId: jobIdOf(round), attempt: 1 };
        await instance().create(submissionOf(job));
        await instance().start(job, times);
        const before = (await instance().read(job.jobId)) as Job & { deadlineAt?: string };
        const ends = [failed, cancelled, completed, failed, cancelled, completed];
        const answers = await Promise.all(ends.map((end) => instance().finish(job, end)));
        expect(answers.filter((answer) => answer === "finished")).toHaveLength(1);
        const { deadlineAt: _, ...kept } = before;
        const stands = ends[answers.indexOf("finished")];
        expect(await instance().read(job.jobId)).toEqual({ ...kept, ...stands, version: 3 });
      }
    });

    test("of many retries at once one raises the attempt, and all are told it was done", async () => {
      const { instance, store } = await processing();
      await store.finish(first, failed);
      const answers = await Promise.all(numbers(10).map(() => instance().requeue(first)));
      expect(answers).toEqual(numbers(10).map(() => "requeued"));
      expect(await store.read(first.jobId)).toMatchObject({ attempt: 2, version: 4 });
    });
  });
}
