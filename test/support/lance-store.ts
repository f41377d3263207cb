/** The real vector store in a folder or bucket, with leases in memory. */
import type { Connection } from "@lancedb/lancedb";
import { systemClock } from "../../lambdas/platform/system-clock.ts";
import type { CollectionStore } from "../../lambdas/records/collections/collection-store.ts";
import type { Leases } from "../../lambdas/records/leases/leases.ts";
import { LanceVectorStore } from "../../lambdas/vectors/lancedb/lance-vector-store.ts";
import { MemoryCollectionStore } from "./fakes/records/collection-store.ts";
import { MemoryLeases } from "./fakes/records/leases.ts";

/** @param leases and stored are what the instances of one collection share */
export const lanceStoreOn = (
  connection: Connection,
  leases: Leases = new MemoryLeases(systemClock),
  stored: CollectionStore = new MemoryCollectionStore(),
): LanceVectorStore => new LanceVectorStore(connection, leases, stored, systemClock);
