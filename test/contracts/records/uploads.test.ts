import { randomUUID } from "node:crypto";
import { CreateBucketCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { ObjectMissingError } from "../../../lambdas/records/objects/objects.ts";
import { S3Objects } from "../../../lambdas/records/objects/s3-objects.ts";
import { S3Uploads } from "../../../lambdas/records/uploads/s3-uploads.ts";
import {
  UploadMissingError,
  type Uploads,
  type UploadTicket,
  UploadUnusableError,
} from "../../../lambdas/records/uploads/uploads.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryObjectStore } from "../../support/fakes/records/objects.ts";
import { MemoryUploads } from "../../support/fakes/records/uploads.ts";

interface Harness {
  readonly uploads: Uploads;
  /** Sends a file as a client would; answers the HTTP status. */
  readonly put: (
    ticket: UploadTicket,
    bytes: Uint8Array<ArrayBuffer>,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<number>;
  /** What an object of the store holds. */
  readonly kept: (key: string) => Promise<Uint8Array>;
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
    const objects = new MemoryObjectStore();
    const uploads = new MemoryUploads(objects);
    return {
      uploads,
      put: async (...args) => uploads.put(...args),
      kept: (key) => objects.get(key),
    };
  },
  S3: () => ({
    uploads: new S3Uploads(s3(), bucket),
    put: async ({ url, method, headers: told }, body, headers = told) =>
      (await fetch(url, { method, headers, body })).status,
    kept: async (key) => new Uint8Array(await new S3Objects(s3(), bucket).get(key)),
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
    const { uploads, put, kept } = harness();
    const nowMs = Date.now();
    const ticket = await uploads.offer(upload, file({ nowMs }));
    expect(ticket).toMatchObject({ method: "PUT", expiresAtMs: nowMs + 60_000 });
    expect(await put(ticket, bytes)).toBe(200);
    const looked = await uploads.look(upload);
    expect(looked).toMatchObject({ contentType: "text/markdown", sizeBytes: bytes.length });
    await uploads.keep(upload, looked, "jobs/one/original");
    expect(await kept("jobs/one/original")).toEqual(bytes);
  });

  test("another size or another type than was offered is refused, and nothing kept", async () => {
    const { uploads, put } = harness();
    const own = { ...upload, uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEG" };
    const ticket = await uploads.offer(own, file());
    expect(await put(ticket, bytes.slice(1))).toBe(403);
    expect(await put(ticket, new Uint8Array(bytes.length + 1))).toBe(403);
    expect(await put(ticket, bytes, { "content-type": "text/html" })).toBe(403);
    await expect(uploads.look(own)).rejects.toThrow(UploadMissingError);
  });

  test("a file that was replaced after the look is not kept", async () => {
    const { uploads, put, kept } = harness();
    const own = { ...upload, uploadId: "01JBQZ4Y8N8Q3V5W7X9ZABCDEJ" };
    const ticket = await uploads.offer(own, file());
    await put(ticket, bytes);
    const looked = await uploads.look(own);
    await put(ticket, bytes.toReversed());
    await expect(uploads.keep(own, looked, "jobs/two/original")).rejects.toThrow(
      UploadUnusableError,
    );
    await expect(kept("jobs/two/original")).rejects.toThrow(ObjectMissingError);
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
    await expect(uploads.look(own)).rejects.toThrow(UploadMissingError);
    expect(await put(ticket, bytes)).toBe(200);
    const theirs = uploads.look({ ...own, tenant: "globex" });
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
  await expect(uploads.look(own)).rejects.toThrow(UploadMissingError);
  await s3().send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: sent[0],
      Body: "GIF89a",
      ContentType: "image/gif",
    }),
  );
  await expect(uploads.look(own)).rejects.toThrow(UploadUnusableError);
});
