import type { DocumentRef } from "../../records/documents/document-store.ts";
import type { VectorStore } from "../vector-store.ts";

/**
 * Whether a document's rows are in the vector store. The record of a document says what was stored;
 * the vectors may have been lost or restored to an earlier time since.
 */
export interface StoredRows {
  /** False if they are gone, and also if it cannot be told: the document is then stored again. */
  areThere(document: DocumentRef, stored: StoredVersion): Promise<boolean>;
}

export interface StoredVersion {
  readonly version: number;
  readonly chunkCount: number;
}

/** The first and the last chunk: a commit writes all chunks of a document or none. */
export async function rowsAreThere(
  vectors: VectorStore,
  { tenant, documentId }: DocumentRef,
  { version, chunkCount }: StoredVersion,
): Promise<boolean> {
  const last = chunkCount - 1;
  const found = await vectors.ranges(tenant, [
    { documentId, version, from: 0, to: 0 },
    ...(last === 0 ? [] : [{ documentId, version, from: last, to: last }]),
  ]);
  return found.length === Math.min(2, chunkCount);
}
