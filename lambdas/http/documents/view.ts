import type { ChunkPageAnswer, DocumentAnswer } from "../../contract/calls/documents.ts";
import type { StoredDocument } from "../../records/documents/document-store.ts";
import type { StoredChunk } from "../../vectors/vector-store.ts";
import { viewMetadata } from "../metadata-view.ts";
import { viewOpening } from "../opening-view.ts";
import { viewPlaces } from "../places-view.ts";

export function viewDocument(stored: StoredDocument): DocumentAnswer {
  return {
    document_id: stored.documentId,
    document_version: stored.version,
    ...(stored.title === undefined ? {} : { title: stored.title }),
    ...(stored.contentType === undefined ? {} : { content_type: stored.contentType }),
    ...(stored.attributes === undefined ? {} : { attributes: { ...stored.attributes } }),
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
    ...viewPlaces(chunk.places),
    ...viewOpening(chunk.context),
    text: chunk.text,
    ...(chunk.metadata === undefined ? {} : { metadata: viewMetadata(chunk.metadata) }),
    ...(chunk.vector === undefined ? {} : { vector: [...chunk.vector] }),
  };
}
