import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, inject } from "vitest";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import { LanceVectorStore } from "../../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryCollection, MemoryVectorStore } from "../../support/fakes/vector-store.ts";
import { type Collection, vectorStoreContract } from "./vector-store.contract.ts";
import { vectorSearchContract } from "./vector-store-search.contract.ts";

const bucket = `vectors-${randomUUID()}`;
const folder = mkdtempSync(join(tmpdir(), "vectors-"));

beforeAll(async () => {
  const client = new S3Client({ ...localClient(inject("endpoint")), forcePathStyle: true });
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stores: Record<string, () => Promise<Collection>> = {
  "the fake": async () => {
    const collection = new MemoryCollection();
    return async () => new MemoryVectorStore(collection);
  },
  "LanceDB in a folder": async () => {
    const uri = join(folder, randomUUID());
    return async () => new LanceVectorStore(await openStore({ uri }));
  },
  "LanceDB on S3": async () => {
    const uri = `s3://${bucket}/${randomUUID()}`;
    return async () =>
      new LanceVectorStore(await openStore({ uri, ...localClient(inject("endpoint")) }));
  },
};

for (const [name, collection] of Object.entries(stores)) {
  vectorStoreContract(name, collection);
  vectorSearchContract(name, collection);
}
