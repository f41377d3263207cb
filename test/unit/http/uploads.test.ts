import { describe, expect, test } from "vitest";
import { uploadRequestSchema, uploadSchema } from "../../../lambdas/contract/calls/uploads.ts";
import { maxUploadBytes } from "../../../lambdas/contract/limits.ts";
import { offerUpload } from "../../../lambdas/http/uploads/offer.ts";
import { SeededChance } from "../../support/fakes/chance.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryUploads } from "../../support/fakes/records/uploads.ts";
import { createPipeline, requestOf } from "../../support/pipeline.ts";

describe("offering an upload", () => {
  const clock = new ManualClock();
  const chance = new SeededChance(clock, 1);
  const offer = (body: unknown, uploads = new MemoryUploads()) =>
    offerUpload("acme", uploadRequestSchema.parse(body), { uploads, chance, clock });

  test("names a place for the file, and the upload to ingest after", async () => {
    const uploads = new MemoryUploads();
    const body = { content_type: "text/markdown; charset=utf-8", size_bytes: 3, filename: "a.md" };
    const answer = await offer(body, uploads);
    expect(uploadSchema.parse(answer)).toEqual(answer);
    expect(answer).toMatchObject({
      method: "PUT",
      headers: { "content-type": "text/markdown; charset=utf-8" },
      expires_at: "2026-01-01T00:15:00.000Z",
    });
    const { url, headers, upload_id: uploadId } = answer;
    const expiresAtMs = Date.parse(answer.expires_at);
    const ticket = { url, method: "PUT", headers, expiresAtMs } as const;
    expect(uploads.put(ticket, new TextEncoder().encode("# A"), headers, clock.now())).toBe(200);
    expect(await uploads.look({ tenant: "acme", uploadId })).toMatchObject({
      contentType: "text/markdown; charset=utf-8",
      sizeBytes: 3,
    });
  });

  test("gives each its own id", async () => {
    const ids = await Promise.all(
      [1, 2, 3].map(
        async () => (await offer({ content_type: "text/plain", size_bytes: 1 })).upload_id,
      ),
    );
    expect(new Set(ids).size).toBe(3);
  });

  test("keeps the ending of the file's name for the job, which tells texts apart by it", async () => {
    const file = { content_type: "application/octet-stream", size_bytes: 10 };
    const pipeline = createPipeline();
    const submitted = async (filename: string) => {
      const { upload_id } = await offer({ ...file, filename }, pipeline.world.uploads);
      pipeline.world.uploads.put(
        await pipeline.world.uploads.offer(
          { tenant: "acme", uploadId: upload_id },
          { contentType: file.content_type, sizeBytes: 10, nowMs: Date.now(), validMs: 60_000 },
        ),
        Buffer.from("a,b\n1,2\n3,"),
      );
      const { job_id } = await pipeline.submit({
        request: requestOf({ text: undefined, upload_id }),
      });
      return (await pipeline.world.jobs.read(job_id))?.filename;
    };
    expect(await submitted("Größe 1.CSV")).toMatch(/^\w{26}\.csv$/);
    expect(await submitted("noname")).toBeUndefined();
    expect(await submitted("archive.zip")).toBeUndefined();
  });

  test("refuses what could not be ingested, by its code", async () => {
    const largest = { content_type: "text/plain", size_bytes: maxUploadBytes };
    await expect(offer(largest)).resolves.toBeDefined();
    await expect(offer({ ...largest, size_bytes: maxUploadBytes + 1 })).rejects.toMatchObject({
      code: "document_too_large",
      details: { max_bytes: maxUploadBytes },
    });
    await expect(offer({ ...largest, content_type: "image/png" })).rejects.toMatchObject({
      code: "unsupported_type",
    });
  });

  test.each([0, -1, 1.5, "10"])("a size of %j bytes is no size", (size) => {
    const body = { content_type: "text/plain", size_bytes: size };
    expect(uploadRequestSchema.safeParse(body).success).toBe(false);
  });
});
