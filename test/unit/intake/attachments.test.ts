import { beforeEach, describe, expect, test } from "vitest";
import { submitAttachments } from "../../../lambdas/intake/attachments.ts";
import { attachmentNotes } from "../../../lambdas/pipeline/extract/attachments.ts";
import type { AttachmentNote } from "../../../lambdas/records/jobs/job.ts";
import { objectKeys } from "../../../lambdas/records/objects/object-keys.ts";
import { sweepAttachments } from "../../../lambdas/scheduling/sweep/pending-attachments.ts";
import { portsOf, type World } from "../../support/fakes/world.ts";
import { createPipeline, type Pipeline, requestOf } from "../../support/pipeline.ts";
import { chunkingOf, extractionOf, storedOf } from "../../support/submissions.ts";

let pipeline: Pipeline;
let world: World;
beforeEach(() => {
  pipeline = createPipeline({ maxQueued: 2, maxActive: 1 });
  ({ world } = pipeline);
});

/** A mail that is stored, with its attachments noted as extraction does. */
async function storedMail(count: number, documentId = "mail-7") {
  const { job_id: jobId, document_version: documentVersion } = await pipeline.submit({
    request: requestOf({
      document_id: documentId,
      attributes: { case: 12 },
      options: { chunking: { max_tokens: 100 } },
    }),
  });
  await pipeline.dispatch();
  const attempt = { jobId, attempt: 1 };
  const files = Array.from({ length: count }, (_, i) => ({
    filename: `report-${i}.txt`,
    contentType: "text/plain",
    bytes: Buffer.from(`The text of report ${i}.`),
  }));
  const attachments = attachmentNotes({ documentId }, files, world.chance);
  await world.attachments.note(jobId);
  for (const [i, { bytes }] of files.entries()) {
    await world.objects.put(objectKeys(jobId).attachment(i), bytes);
  }
  await world.jobs.recordExtraction(attempt, extractionOf({ attachments }), "fingerprint");
  await world.jobs.recordChunking(attempt, chunkingOf(1));
  const publish = { version: documentVersion, holder: jobId, leaseMs: 1_000, nowMs: 0 };
  await world.documents.beginPublish({ tenant: "acme", documentId }, publish);
  await world.documents.commitPublish({ tenant: "acme", documentId }, jobId, {
    ...storedOf(),
    documentId,
    version: documentVersion,
    fingerprint: "fingerprint",
    storedAt: "2026-01-01T00:00:00.000Z",
    jobId,
  });
  await world.jobs.recordStored(attempt, storedOf({ documentId, documentVersion, attachments }));
  await world.finisher.finish(attempt, { kind: "ended" });
  return { jobId, attachments: attachments as Required<AttachmentNote>[] };
}

const submitNow = (jobId: string, ports = world) =>
  submitAttachments(jobId, "run", ports, pipeline.settings);
const jobsOf = (attachments: readonly Required<AttachmentNote>[]) =>
  Promise.all(attachments.map(({ jobId }) => world.jobs.read(jobId)));

describe("the attachments of a stored mail", () => {
  test("become jobs of their own, with the mail's attributes and options, and name it", async () => {
    const { jobId, attachments } = await storedMail(2);
    expect(await submitNow(jobId)).toBe("done");
    const parent = await world.jobs.read(jobId);
    for (const [i, job] of (await jobsOf(attachments)).entries()) {
      expect(job).toMatchObject({
        status: "queued",
        documentId: `mail-7:report-${i}.txt`,
        filename: `report-${i}.txt`,
        contentType: "text/plain",
        parent: { documentId: "mail-7", jobId, depth: 1 },
        attributes: { case: 12, parent_document_id: "mail-7" },
        options: parent?.options,
      });
      const bytes = await world.objects.get(objectKeys(job?.jobId ?? "").original);
      expect(Buffer.from(bytes).toString()).toBe(`The text of report ${i}.`);
    }
    expect(await world.attachments.list()).toEqual([]);
  });

  test("wait for room in the queue, exceed no bound, and are all queued in the end", async () => {
    const { jobId, attachments } = await storedMail(7);
    expect(await submitNow(jobId)).toBe("waiting");
    expect((await pipeline.held()).admitted).toHaveLength(3);
    for (let rounds = 0; rounds < 10; rounds++) {
      for (const id of (await pipeline.held()).admitted) {
        const attempt = { jobId: id.slice(0, 26), attempt: 1 };
        await world.jobs.requestCancel(attempt.jobId, "2026-01-01T00:00:00.000Z");
        await world.finisher.finish(attempt, { kind: "cancelled" });
      }
      await sweepAttachments({
        ...world,
        finisher: { finish: async ({ jobId: id }) => void (await submitNow(id)) },
      });
      expect((await pipeline.held()).admitted.length).toBeLessThanOrEqual(3);
    }
    expect((await jobsOf(attachments)).map((job) => job?.jobId)).toEqual(
      attachments.map((note) => note.jobId),
    );
    expect(await world.attachments.list()).toEqual([]);
  });

  test("are submitted once, however often and wherever a run of it died", async () => {
    const { jobId, attachments } = await storedMail(2);
    let calls = 0;
    for (let dieAt = 1; dieAt < 60; dieAt++) {
      calls = 0;
      const dying = portsOf(world, () => {
        calls += 1;
        if (calls === dieAt) throw new Error("The function died.");
      });
      await submitAttachments(jobId, "run", dying, pipeline.settings).catch(() => undefined);
    }
    world.clock.skip(60_000);
    await sweepAttachments({
      ...world,
      finisher: { finish: async ({ jobId: id }) => void (await submitNow(id)) },
    });
    expect((await jobsOf(attachments)).map((job) => job?.status)).toEqual(["queued", "queued"]);
    const { jobs } = await world.jobs.list({ tenant: "acme", limit: 50 });
    expect(jobs).toHaveLength(3);
    expect((await pipeline.held()).admitted).toHaveLength(2);
    expect(await world.attachments.list()).toEqual([]);
  });

  test("are submitted by one of two runs at the same time", async () => {
    const { jobId } = await storedMail(2);
    await world.leases.acquire(`attachments-${jobId}`, "another", 1_000);
    expect(await submitNow(jobId)).toBe("waiting");
    expect((await pipeline.held()).admitted).toEqual([]);
    expect(await world.attachments.list()).toEqual([jobId]);
  });

  test("are left out when a later version of the mail is stored, or it was removed", async () => {
    const { jobId } = await storedMail(2);
    await storedMail(0);
    expect(await submitNow(jobId)).toBe("done");
    expect((await pipeline.held()).admitted).toEqual([]);
  });
});

describe("sweep", () => {
  test("forgets the attachments of a mail that failed, and leaves those of one that runs", async () => {
    const failed = await pipeline.submit();
    const running = await pipeline.submit();
    for (const { job_id } of [failed, running]) await world.attachments.note(job_id);
    await pipeline.dispatch();
    await world.finisher.finish(
      { jobId: failed.job_id, attempt: 1 },
      { kind: "failed", failure: { error: "Error", cause: "" } },
    );
    await sweepAttachments(world);
    expect(await world.attachments.list()).toEqual([running.job_id]);
  });
});
