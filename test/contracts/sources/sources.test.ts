/** The stores of sources on their fakes and on DynamoDB, and the bucket on its fake and on S3. */
import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { describe, expect, inject, test } from "vitest";
import { systemClock } from "../../../lambdas/platform/system-clock.ts";
import type { SourceBucket } from "../../../lambdas/sources/bucket.ts";
import { DynamoRecordStore } from "../../../lambdas/sources/dynamodb-record-store.ts";
import { DynamoSourceStore } from "../../../lambdas/sources/dynamodb-source-store.ts";
import { S3SourceBucket } from "../../../lambdas/sources/s3-source-bucket.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryObjectStore } from "../../support/fakes/records/objects.ts";
import { MemoryBucket } from "../../support/fakes/sources/bucket.ts";
import { byBytes, MemoryRecordStore } from "../../support/fakes/sources/record-store.ts";
import { MemorySourceStore } from "../../support/fakes/sources/source-store.ts";
import { newTable } from "../../support/table.ts";
import { recordStoreContract, sourceStoreContract } from "./sources.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));
const s3 = new S3Client({ ...localClient(inject("endpoint")), forcePathStyle: true });

recordStoreContract("the fake", async () => new MemoryRecordStore());
recordStoreContract(
  "DynamoDB",
  async () => new DynamoRecordStore(client, await newTable(client), systemClock),
);
sourceStoreContract("the fake", async () => new MemorySourceStore());
sourceStoreContract("DynamoDB", async () => new DynamoSourceStore(client, await newTable(client)));

interface Opened {
  readonly bucket: SourceBucket;
  readonly put: (key: string, text: string) => Promise<void>;
  readonly remove: (key: string) => Promise<void>;
  readonly copied: (key: string) => Promise<string>;
}

async function inMemory(): Promise<Opened> {
  const target = new MemoryObjectStore();
  const bucket = new MemoryBucket(target);
  return {
    bucket,
    put: async (key, text) => bucket.put(key, text),
    remove: async (key) => bucket.delete(key),
    copied: async (key) => Buffer.from(await target.get(key)).toString("utf8"),
  };
}

async function onS3(): Promise<Opened> {
  const [Bucket, target] = [`source-${randomUUID()}`, `target-${randomUUID()}`];
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new CreateBucketCommand({ Bucket: target }));
  return {
    bucket: new S3SourceBucket(s3, Bucket, target),
    put: async (Key, Body) => void (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))),
    remove: async (Key) => void (await s3.send(new DeleteObjectCommand({ Bucket, Key }))),
    copied: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: target, Key }));
      return (await Body?.transformToString()) ?? "";
    },
  };
}

describe.each([
  ["the fake", inMemory],
  ["S3", onS3],
])("a source's bucket: %s", (_, open) => {
  const keys = ["a b+c%20.md", "d/ü.md", "d//x.md", "東&<.md"];

  test("an object looks the same in the listing and by itself, whatever its key", async () => {
    const { bucket, put, remove } = await open();
    for (const key of keys) await put(key, `text of ${key}`);
    const { objects, more } = await bucket.list("", "");
    expect(more).toBe(false);
    expect(objects.map(({ key }) => key)).toEqual(keys.toSorted(byBytes));
    for (const { key, etag, sizeBytes } of objects) {
      expect(await bucket.look(key)).toMatchObject({ etag, sizeBytes });
    }
    expect(await bucket.look("d")).toBeUndefined();
    await remove(keys[0]!);
    expect(await bucket.look(keys[0]!)).toBeUndefined();
    const after = await bucket.list("d/", "d//x.md");
    expect(after.objects.map(({ key }) => key)).toEqual(["d/ü.md"]);
  });

  test("an object has another etag with another content, and the same with the same", async () => {
    const { bucket, put } = await open();
    const etags: (string | undefined)[] = [];
    for (const text of ["one", "two", "one"]) {
      await put("a.md", text);
      etags.push((await bucket.look("a.md"))?.etag);
    }
    expect(etags[0]).toBe(etags[2]);
    expect(etags[0]).not.toBe(etags[1]);
  });

  test("the version that was looked at is copied, and no other", async () => {
    const { bucket, put, remove, copied } = await open();
    for (const key of keys) {
      await put(key, key);
      await bucket.copy(key, (await bucket.look(key))?.etag ?? "", "jobs/1/original");
      expect(await copied("jobs/1/original")).toBe(key);
    }
    const [key = ""] = keys;
    const { etag = "" } = (await bucket.look(key)) ?? {};
    await put(key, "changed");
    await expect(bucket.copy(key, etag, "jobs/2/original")).rejects.toMatchObject({
      name: "ObjectChangedError",
    });
    await remove(key);
    await expect(bucket.copy(key, etag, "jobs/2/original")).rejects.toMatchObject({
      name: "ObjectChangedError",
    });
  });

  test("a small file is read as text, and a missing one is nothing", async () => {
    const { bucket, put } = await open();
    await put("a.metadata.json", '{"team":"ü"}');
    expect(await bucket.text("a.metadata.json", 1_000)).toBe('{"team":"ü"}');
    expect(await bucket.text("b.metadata.json", 1_000)).toBeUndefined();
    expect(await bucket.tags("a.metadata.json")).toEqual({});
  });
});
