import type { SearchAnswer, SearchRequest } from "../../contract/calls/search.ts";
import { RequestRefusedError } from "../../contract/refusals.ts";
import type { QueryEmbedder } from "../../models/query/query-embedder.ts";
import {
  ModelMismatchError,
  type SearchHit,
  type VectorStore,
} from "../../vectors/vector-store.ts";
import { viewMetadata } from "../metadata-view.ts";
import { toFilter } from "./filter.ts";

export interface SearchPorts {
  readonly vectors: VectorStore;
  readonly embedder: QueryEmbedder;
}

export interface SearchSettings {
  /** The model that `embedder` calls. */
  readonly embeddingModel: string;
}

/**
 * Passages of the tenant's documents, best first. A text search needs no vector and makes no
 * embedding call.
 * @throws RequestRefusedError `unavailable` if the query cannot be embedded, or if the stored
 * vectors come from another model than the configured one
 */
export async function search(
  tenant: string,
  { query, limit, mode, filter }: SearchRequest,
  { vectors, embedder }: SearchPorts,
  { embeddingModel }: SearchSettings,
): Promise<SearchAnswer> {
  const vector = mode === "text" ? {} : { vector: await embedder.embed(query), embeddingModel };
  try {
    const hits = await vectors.search({
      tenant,
      mode,
      text: query,
      limit,
      filter: toFilter(filter),
      ...vector,
    });
    return { results: hits.map(viewHit) };
  } catch (error) {
    if (!(error instanceof ModelMismatchError)) throw error;
    throw new RequestRefusedError("unavailable", error.message);
  }
}

function viewHit(hit: SearchHit): SearchAnswer["results"][number] {
  return {
    document_id: hit.documentId,
    document_version: hit.version,
    ...(hit.title === undefined ? {} : { title: hit.title }),
    chunk_index: hit.index,
    headings: [...hit.headings],
    text: hit.text,
    score: hit.score,
    ...(hit.metadata === undefined ? {} : { metadata: viewMetadata(hit.metadata) }),
  };
}
