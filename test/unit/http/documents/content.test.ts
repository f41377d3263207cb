import { beforeEach, describe, expect, test } from "vitest";
import { maxAnswerBytes } from "../../../../lambdas/contract/limits.ts";
import { showContent } from "../../../../lambdas/http/documents/content.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { createWorld, type World } from "../../../support/fakes/world.ts";
import { submissionOf } from "../../../support/submissions.ts";

const job = submissionOf({ contentType: "application/pdf", filename: "Größe.pdf" });
const ref = { tenant: job.tenant, documentId: job.documentId };
const keys = objectKeys(job.jobId);

async function stored(world: World, jobId?: string): Promise<void> {
  await world.jobs.create(job);
  const publish = { version: 1, holder: "h", leaseMs: 1_000, nowMs: 0 };
  const record = {
    documentId: job.documentId,
    version: 1,
    fingerprint: "f",
    chunkCount: 1,
    embeddingModel: "m",
    dimensions: 3,
    storedAt: job.submittedAt,
    ...(jobId === undefined ? {} : { jobId }),
  };
  await world.documents.beginPublish(ref, { ...publish, record });
  await world.documents.commitPublish(ref, "h", record);
}

describe("the content of a document", () => {
  let world: World;
  const show = (original = false, of = ref) => showContent(of, { original }, world);

  beforeEach(() => {
    world = createWorld();
  });

  test("is the Markdown that its chunks are slices of", async () => {
    await stored(world, job.jobId);
    await world.objects.put(keys.text, "# Größe\n");
    expect(await show()).toEqual({
      status: 200,
      headers: { "content-type": "text/markdown; charset=utf-8" },
      body: "# Größe\n",
    });
  });

  test("that does not fit into a response is answered by its address", async () => {
    await stored(world, job.jobId);
    await world.objects.put(keys.text, "x".repeat(maxAnswerBytes + 1));
    expect((await show()).headers?.["location"]).toBe(`memory:${keys.text}?doc.md`);
  });

  test("as it was sent is answered by the file's address, under its name", async () => {
    await stored(world, job.jobId);
    await world.objects.put(keys.original, "%PDF-1.7");
    const url = `memory:${keys.original}?Größe.pdf`;
    expect(await show(true)).toEqual({ status: 303, headers: { location: url }, body: { url } });
  });

  test("of another tenant, of no document, or no longer kept, is not found", async () => {
    await stored(world, job.jobId);
    for (const gone of [show(), show(true), show(false, { ...ref, tenant: "globex" })]) {
      await expect(gone).rejects.toMatchObject({ code: "not_found" });
    }
    const before = createWorld();
    await stored(before);
    world = before;
    await expect(show()).rejects.toMatchObject({ code: "not_found" });
  });
});
