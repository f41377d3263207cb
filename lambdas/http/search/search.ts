import type { SearchAnswer, SearchRequest } from "../../contract/calls/search.ts";
import { maxSearchOffset } from "../../contract/limits.ts";
import type { QueryEmbedder } from "../../models/query/query-embedder.ts";
import type { Reranker } from "../../models/rerank/reranker.ts";
import type { SearchHit, VectorStore } from "../../vectors/vector-store.ts";
import { toFilter } from "./filter.ts";
import { neighboursOf } from "./neighbours.ts";
import { rerank, rerankDepth } from "./rerank.ts";
import { oneForEachDocument, oneForEachText, type SelectedHit } from "./selection.ts";
import { viewHit } from "./view.ts";

export interface SearchPorts {
  readonly vectors: VectorStore;
  readonly embedder: QueryEmbedder;
  /** @default none: the order is the search's own */
  readonly reranker?: Reranker | undefined;
}

export interface SearchSettings {
  /** The model that `embedder` calls. */
  readonly embeddingModel: string;
}

/** What an answer says while documents are of another model than the one that embeds queries. */
const wordsOnlyNotice =
  "The vectors of some documents come from another embedding model than the one that is configured now. These documents were searched by words only. An operator can move them to the new model with `POST /v1/reindex`.";

/** Hits looked at for one result each of a document or text. */
const fewestCandidates = 100;
const mostCandidates = 1_000;

/**
 * Passages of the tenant's documents, best first. A text search needs no vector and makes no
 * embedding call. Documents whose vectors come from another model than the configured one are
 * searched by words, and the answer says so.
 * @throws RequestRefusedError `unavailable` if the query cannot be embedded
 */
export async function search(
  tenant: string,
  request: SearchRequest,
  ports: SearchPorts,
  settings: SearchSettings,
): Promise<SearchAnswer> {
  const { query, limit, offset = 0, context = 0 } = request;
  let isWordsOnly = false;
  const chosen = await select(tenant, request, ports, {
    ...settings,
    onWordsOnly: () => {
      isWordsOnly = true;
    },
  });
  const page = chosen.slice(0, limit);
  const next = offset + limit;
  const neighbours =
    context === 0
      ? undefined
      : await neighboursOf(
          tenant,
          page.map(({ hit }) => hit),
          context,
          ports.vectors,
        );
  return {
    results: page.map((selected) => viewHit(selected, query, neighbours?.(selected.hit))),
    ...(chosen.length > limit && next <= maxSearchOffset ? { next_offset: next } : {}),
    ...(isWordsOnly ? { notice: wordsOnlyNotice } : {}),
  };
}

type FindSettings = SearchSettings & { readonly onWordsOnly: () => void };

/** From the offset on; one more than the limit if there are more. */
async function select(
  tenant: string,
  request: SearchRequest,
  ports: SearchPorts,
  settings: FindSettings,
): Promise<SelectedHit[]> {
  const { limit, offset = 0, unique = false, group_by: groupBy } = request;
  const end = offset + limit + 1;
  const reranker = request.rerank === false ? undefined : ports.reranker;
  if (!unique && groupBy === undefined && reranker === undefined) {
    const hits = await find(tenant, request, { limit: limit + 1, offset }, ports, settings);
    return hits.map((hit) => ({ hit }));
  }
  const candidates =
    unique || groupBy !== undefined
      ? Math.min(mostCandidates, Math.max(fewestCandidates, 5 * end))
      : Math.max(rerankDepth, end);
  const found = await find(tenant, request, { limit: candidates, offset: 0 }, ports, settings);
  const hits = reranker === undefined ? found : await rerank(request.query, found, reranker);
  const texts = unique ? oneForEachText(hits) : hits.map((hit) => ({ hit }));
  return (groupBy === undefined ? texts : oneForEachDocument(texts)).slice(offset, end);
}

async function find(
  tenant: string,
  { query, mode, filter, min_score: minScore }: SearchRequest,
  page: { limit: number; offset: number },
  { vectors, embedder }: SearchPorts,
  { embeddingModel, onWordsOnly }: FindSettings,
): Promise<readonly SearchHit[]> {
  const vector = mode === "text" ? {} : { vector: await embedder.embed(query), embeddingModel };
  return vectors.search({
    tenant,
    mode,
    text: query,
    filter: toFilter(filter),
    ...page,
    ...vector,
    ...(minScore === undefined ? {} : { minScore }),
    onWordsOnly,
  });
}
