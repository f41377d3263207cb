import type { SearchAnswer } from "../../contract/calls/search.ts";
import type { StoredChunk } from "../../vectors/vector-store.ts";
import { viewMetadata } from "../metadata-view.ts";
import { viewOpening } from "../opening-view.ts";
import { viewPlaces } from "../places-view.ts";
import type { Neighbours } from "./neighbours.ts";
import type { SelectedHit } from "./selection.ts";
import { snippetOf } from "./snippet.ts";

export function viewHit(
  { hit, documentHits, duplicates }: SelectedHit,
  query: string,
  neighbours: Neighbours | undefined,
): SearchAnswer["results"][number] {
  const { text, start, marks } = snippetOf(hit.text, query, hit.headings.length > 0);
  return {
    document_id: hit.documentId,
    document_version: hit.version,
    ...(hit.title === undefined ? {} : { title: hit.title }),
    attributes: { ...hit.attributes },
    chunk_index: hit.index,
    start: hit.start,
    end: hit.end,
    headings: [...hit.headings],
    ...viewPlaces(hit.places),
    ...viewOpening(hit.context),
    text: hit.text,
    snippet: { text, start, marks: [...marks] },
    score: hit.score,
    ...(hit.vectorScore === undefined ? {} : { vector_score: hit.vectorScore }),
    ...(hit.vectorRank === undefined ? {} : { vector_rank: hit.vectorRank }),
    ...(hit.textRank === undefined ? {} : { text_rank: hit.textRank }),
    ...(hit.rerankScore === undefined ? {} : { rerank_score: hit.rerankScore }),
    ...(neighbours === undefined
      ? {}
      : {
          before: neighbours.before.map(viewNeighbour),
          after: neighbours.after.map(viewNeighbour),
        }),
    ...(documentHits === undefined ? {} : { document_hits: documentHits }),
    ...(duplicates === undefined
      ? {}
      : {
          duplicates: duplicates.map(({ documentId, index }) => ({
            document_id: documentId,
            chunk_index: index,
          })),
        }),
    ...(hit.metadata === undefined ? {} : { metadata: viewMetadata(hit.metadata) }),
  };
}

function viewNeighbour({ index, start, end, text }: StoredChunk) {
  return { chunk_index: index, start, end, text };
}
