import { viewMetadata } from "../domain/chunk-view.ts";
import type { ChunkPageAnswer, DocumentAnswer } from "../domain/document-wire.ts";
import type { StoredDocument } from "../ports/document-store.ts";
import type { StoredChunk } from "../ports/vector-store.ts";

export function viewDocument(stored: StoredDocument): DocumentAnswer {
  return {
    document_id: stored.documentId,
    document_version: stored.version,
    ...(stored.title === undefined ? {} : { title: stored.title }),
    chunk_count: stored.chunkCount,
    embedding_model: stored.embeddingModel,
    dimensions: stored.dimensions,
    stored_at: stored.storedAt,
  };
}

export function viewChunk(chunk: StoredChunk): ChunkPageAnswer["chunks"][number] {
  return {
    chunk_index: chunk.index,
    start: chunk.start,
    end: chunk.end,
    headings: [...chunk.headings],
    text: chunk.text,
    ...(chunk.metadata === undefined ? {} : { metadata: viewMetadata(chunk.metadata) }),
    ...(chunk.vector === undefined ? {} : { vector: [...chunk.vector] }),
  };
}
