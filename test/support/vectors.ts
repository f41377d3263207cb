/** Documents, chunks and vectors for tests of what stores and searches them. */
import type {
  ChunkRow,
  CollectionModel,
  DocumentVersion,
} from "../../lambdas/vectors/vector-store.ts";

export const model: CollectionModel = { embeddingModel: "test-model", dimensions: 8 };

/** A unit vector; the nearer two numbers are, the nearer their vectors. Up to 100 apart they turn away. */
export function unitVector(turn: number): Float32Array {
  const angle = (turn / 100) * Math.PI;
  const vector = new Float32Array(model.dimensions);
  vector[0] = Math.cos(angle);
  vector[1] = Math.sin(angle);
  return vector;
}

export function documentOf(given: Partial<DocumentVersion> = {}): DocumentVersion {
  return { tenant: "acme", documentId: "doc", version: 1, attributes: {}, ...given };
}

export function rowOf(index: number, text: string, given: Partial<ChunkRow> = {}): ChunkRow {
  return {
    index,
    start: index * 100,
    end: index * 100 + text.length,
    text,
    headings: [],
    metadata: {
      title: `Part ${index}`,
      summary: text,
      keywords: ["part"],
      entities: [],
      language: "en",
    },
    vector: unitVector(index % 100),
    ...given,
  };
}

export function rowsOf(count: number, text = "text"): ChunkRow[] {
  return [...Array(count).keys()].map((index) => rowOf(index, `${text} number ${index}`));
}
