import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, inject } from "vitest";
import { systemClock } from "../../../lambdas/platform/system-clock.ts";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { MemoryCollectionStore } from "../../support/fakes/records/collection-store.ts";
import { MemoryLeases } from "../../support/fakes/records/leases.ts";
import { MemoryCollection, MemoryVectorStore } from "../../support/fakes/vector-store.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import { type Collection, vectorStoreContract } from "./vector-store.contract.ts";
import { vectorStoreModelsContract } from "./vector-store-models.contract.ts";
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
    const leases = new MemoryLeases(systemClock);
    const stored = new MemoryCollectionStore();
    return async () => lanceStoreOn(await openStore({ uri }), leases, stored);
  },
  "LanceDB on S3": async () => {
    const uri = `s3://${bucket}/${randomUUID()}`;
    const leases = new MemoryLeases(systemClock);
    const stored = new MemoryCollectionStore();
    return async () =>
      lanceStoreOn(await openStore({ uri, ...localClient(inject("endpoint")) }), leases, stored);
  },
};

for (const [name, collection] of Object.entries(stores)) {
  vectorStoreContract(name, collection);
  vectorSearchContract(name, collection);
  vectorStoreModelsContract(name, collection);
}
