import { httpTimeoutSeconds } from "../contract/limits.ts";
import type { Clock } from "../platform/clock.ts";
import type { DocumentRef, DocumentStore } from "../records/documents/document-store.ts";
import { StoreConflictError } from "../records/documents/store-conflict.ts";
import type { Erasures } from "../records/erasures/erasures.ts";
import type { VectorStore } from "./vector-store.ts";

export interface RemovalStores {
  readonly documents: DocumentStore;
  readonly vectors: VectorStore;
  readonly erasures: Erasures;
  readonly clock: Clock;
}

/** Longer than a request, so that a removal never overlaps with a publish or another removal. */
const removalLeaseMs = (httpTimeoutSeconds + 5) * 1_000;

/**
 * Removes a document from every search. A removal is a version of its own: a job submitted before it
 * that stores later is superseded, so the document does not come back from the queue.
 * Repeated after a crash, it continues.
 * @param removal names the holder of the lease
 * @returns the removal's version; `busy` while the document is being stored or removed by others
 */
export async function removeFromSearches(
  ref: DocumentRef,
  removal: string,
  { documents, vectors, erasures, clock }: RemovalStores,
): Promise<number | "busy"> {
  const version = await documents.nextVersion(ref);
  const holder = `remove-${removal}`;
  const begun = await documents.beginPublish(ref, {
    version,
    holder,
    leaseMs: removalLeaseMs,
    nowMs: clock.now(),
  });
  if (begun !== "granted") return "busy";
  // Before the rows: a removal that is cut short is erased as well, and its repeat removes the rest.
  await erasures.ask({ ...ref, version, askedAtMs: clock.now() });
  try {
    await vectors.remove(ref);
    await documents.remove(ref, { version, holder });
  } catch (error) {
    if (error instanceof StoreConflictError) return "busy";
    throw error;
  }
  return version;
}
