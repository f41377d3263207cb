import { randomUUID } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { S3Uploads } from "../../../lambdas/records/uploads/s3-uploads.ts";
import {
  UploadMissingError,
  type Uploads,
  type UploadTicket,
  UploadUnusableError,
} from "../../../lambdas/records/uploads/uploads.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryUploads } from "../../support/fakes/records/uploads.ts";

interface Harness {
  readonly uploads: Uploads;
  /** Sends a file as a client would; answers the HTTP status. */
  readonly put: (
    ticket: UploadTicket,
    bytes: Uint8Array<ArrayBuffer>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<number>;
}

const bucket = `uploads-${randomUUID()}`;
const s3 = () =>
  new S3Client({
    ...localClient(inject("endpoint")),
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });

beforeAll(async () => {
  await s3().send(new CreateBucketCommand({ Bucket: bucket }));
});

const harnesses: Record<string, () => Harness> = {
  "the fake": () => {
    const uploads = new MemoryUploads();
    return { uploads, put: async (...args) => uploads.put(...args) };
  },
  S3: () => ({
    uploads: new S3Uploads(s3(), bucket),
    put: async ({ url, method, headers: told }, body, headers = told) =>
      (await fetch(url, { method, headers, body })).status,
  }),
};

const bytes = new TextEncoder().encode("# Grüße 東京 😀");
const upload = { tenant: "acme/../x", uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEF" };
const file = (given: { nowMs?: number; sizeBytes?: number } = {}) => ({
  contentType: "text/markdown" as const,
  sizeBytes: bytes.length,
  nowMs: Date.now(),
  validMs: 60_000,
  ...given,
});

describe.each(Object.entries(harnesses))("uploads: %s", (_, harness) => {
  test("what a client puts is what is read, with its type", async () => {
    const { uploads, put } = harness();
    const nowMs = Date.now();
    const ticket = await uploads.offer(upload, file({ nowMs }));
    expect(ticket).toMatchObject({ method: "PUT", expiresAtMs: nowMs + 60_000 });
    expect(await put(ticket, bytes)).toBe(200);
    const read = await uploads.read(upload);
    expect(read.contentType).toBe("text/markdown");
    expect(new Uint8Array(read.bytes)).toEqual(bytes);
  });

  test("another size or another type than was offered is refused, and nothing kept", async () => {
    const { uploads, put } = harness();
    const own = { ...upload, uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEG" };
    const ticket = await uploads.offer(own, file());
    expect(await put(ticket, bytes.slice(1))).toBe(403);
    expect(await put(ticket, new Uint8Array(bytes.length + 1))).toBe(403);
    expect(await put(ticket, bytes, { "content-type": "text/html" })).toBe(403);
    await expect(uploads.read(own)).rejects.toThrow(UploadMissingError);
  });

  test("a ticket ends", async () => {
    const { uploads, put } = harness();
    const ticket = await uploads.offer(upload, file({ nowMs: Date.now() - 120_000 }));
    expect(await put(ticket, bytes)).toBe(403);
  });

  test("nothing is there before it was put, nor for another tenant", async () => {
    const { uploads, put } = harness();
    const own = { ...upload, uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEH" };
    const ticket = await uploads.offer(own, file());
    await expect(uploads.read(own)).rejects.toThrow(UploadMissingError);
    expect(await put(ticket, bytes)).toBe(200);
    const theirs = uploads.read({ ...own, tenant: "globex" });
    await expect(theirs).rejects.toThrow(UploadMissingError);
  });
});

test("what came into the bucket past a ticket is not ingested", async () => {
  const sent: string[] = [];
  const client = s3();
  client.middlewareStack.add(
    (next) => async (args) => {
      const { Key } = args.input as { Key?: string };
      if (Key !== undefined) sent.push(Key);
      return next(args);
    },
    { step: "initialize" },
  );
  const uploads = new S3Uploads(client, bucket);
  const own = { ...upload, uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEK" };
  await expect(uploads.read(own)).rejects.toThrow(UploadMissingError);
  await s3().send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: sent[0],
      Body: "<script>",
      ContentType: "text/html",
    }),
  );
  await expect(uploads.read(own)).rejects.toThrow(UploadUnusableError);
});
