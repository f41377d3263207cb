import type { SearchHit, StoredChunk, VectorStore } from "../../vectors/vector-store.ts";

export interface Neighbours {
  readonly before: readonly StoredChunk[];
  readonly after: readonly StoredChunk[];
}

/**
 * The chunks around each hit, of the hit's version, all in one read. One that was replaced
 * meanwhile has none.
 */
export async function neighboursOf(
  tenant: string,
  hits: readonly SearchHit[],
  distance: number,
  vectors: VectorStore,
): Promise<(hit: SearchHit) => Neighbours> {
  const chunks = await vectors.ranges(
    tenant,
    hits.map(({ documentId, version, index }) => ({
      documentId,
      version,
      from: Math.max(0, index - distance),
      to: index + distance,
    })),
  );
  const byDocument = Map.groupBy(
    chunks.toSorted((a, b) => a.index - b.index),
    ({ documentId }) => documentId,
  );
  return ({ documentId, index }) => {
    const near = (byDocument.get(documentId) ?? []).filter(
      (chunk) => Math.abs(chunk.index - index) <= distance,
    );
    return {
      before: near.filter((chunk) => chunk.index < index),
      after: near.filter((chunk) => chunk.index > index),
    };
  };
}
