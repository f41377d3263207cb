import type { ChunkMetadata } from "../contract/metadata.ts";
import type { AttributeValue, SearchMode } from "../contract/vocabulary.ts";
import type { DocumentRef } from "../records/documents/document-store.ts";
import type { SourcePlaces } from "../records/jobs/source-places.ts";
import type { Filter } from "./filter.ts";

export interface ChunkRow {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: readonly string[];
  /** Words that the text index holds before the text, such as title and headings. @default none */
  readonly context?: string;
  /** Where it stands in the file that was sent, for citations. */
  readonly places?: SourcePlaces;
  /** Missing if the provider refused the chunk. */
  readonly metadata?: ChunkMetadata;
  readonly vector: Float32Array;
}

export interface DocumentVersion extends DocumentRef {
  readonly version: number;
  readonly title?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

/** What readers get of a chunk. */
export type StoredChunk = Omit<ChunkRow, "vector"> &
  DocumentVersion & { readonly vector?: Float32Array };

export type SearchHit = StoredChunk & {
  /** From 0 to 1; higher is better; comparable within one answer only. */
  readonly score: number;
  /** Cosine of the angle between query and chunk, -1 to 1. Missing in a search by words. */
  readonly vectorScore?: number;
  /** Place among the hits by vector, from 1. Missing where the chunk is not among them. */
  readonly vectorRank?: number;
  /** Place among the hits by words, from 1. Missing where the chunk is not among them. */
  readonly textRank?: number;
};

export interface CollectionModel {
  readonly embeddingModel: string;
  readonly dimensions: number;
}

export interface SearchQuery {
  readonly tenant: string;
  readonly mode: SearchMode;
  /** For `text` and `hybrid`. */
  readonly text: string;
  /** For `vector` and `hybrid`. */
  readonly vector?: Float32Array;
  /** The model of `vector`. @default taken to be the chunks' */
  readonly embeddingModel?: string;
  /** Told when chunks of another model than the vector's are searched by words instead. */
  readonly onWordsOnly?: () => void;
  readonly limit: number;
  /** Hits to leave out before the first one. @default 0 */
  readonly offset?: number;
  /**
   * Hits below are left out: a bound of `vectorScore`, or of `score` in a search by words.
   * @default no bound
   */
  readonly minScore?: number;
  readonly filter: Filter;
}

/** A document's chunks without their vectors, to be embedded again. */
export interface Passages extends DocumentVersion {
  readonly rows: readonly Omit<ChunkRow, "vector">[];
}

/** Documents whose vectors are of another model than the given one. */
export interface Outdated {
  readonly documentIds: readonly string[];
  /** Of all of them, those that are not listed included. */
  readonly total: number;
}

/** Chunks `from` to `to` (both inclusive) of one version of a document. */
export interface ChunkRange {
  readonly documentId: string;
  readonly version: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The chunks that searches read. A tenant has a collection of its own for each
 * embedding model, which the first publish creates, and a document changes in
 * one step: readers see the old version or the new one.
 */
export interface VectorStore {
  /**
   * Replaces the document's chunks in one commit. Chunks of it under another model are removed by a
   * second one; until then readers take those of the later version.
   * @param options `keepOutdated` leaves the second one to `removeOutdated`
   * @throws StoreConflictError when another commit came first; nothing is written then, or the
   * chunks of another model are still there.
   */
  publish(
    document: DocumentVersion,
    rows: readonly ChunkRow[],
    model: CollectionModel,
    options?: { readonly keepOutdated?: true },
  ): Promise<void>;
  /**
   * Best first. A tenant without chunks has no hits. Chunks whose vectors cannot be compared with
   * the query's, because they come from another model, are searched by words.
   */
  search(query: SearchQuery): Promise<readonly SearchHit[]>;
  /** In order of index, from `from`, at most `limit`. */
  chunks(
    document: DocumentRef,
    page: { from: number; limit: number; vectors: boolean },
  ): Promise<readonly StoredChunk[]>;
  /** The chunks of all these ranges, in no order. Those of another version are left out. */
  ranges(tenant: string, ranges: readonly ChunkRange[]): Promise<readonly StoredChunk[]>;
  /** In one commit for each model; a document that is not there is fine. */
  remove(document: DocumentRef): Promise<void>;
  /** At most `limit` of them, in no order. */
  outdated(tenant: string, embeddingModel: string, limit: number): Promise<Outdated>;
  /** The document's chunks of other models; `undefined` if it has none. */
  passages(document: DocumentRef, embeddingModel: string): Promise<Passages | undefined>;
  /** Removes chunks of other models, up to the document's version: it is there under this one, or gone. */
  removeOutdated(
    document: DocumentRef & { readonly version: number },
    embeddingModel: string,
  ): Promise<void>;
  /** Ends the reading of collections of other models in which no chunk is left. */
  retireOutdated(tenant: string, embeddingModel: string): Promise<void>;
  /**
   * Does what keeps searches fast and may wait, in the time given. Searches find
   * everything without it, but slower with every commit. One run may not come to all
   * collections: the next one goes on after the last that this one came to.
   */
  maintain(run: {
    readonly nowMs: number;
    readonly budgetMs: number;
    /** `after` of the run before. @default from the first collection on */
    readonly after?: string;
  }): Promise<UpkeepReport>;
}

/** How a run of `maintain` ended. */
export interface UpkeepReport {
  /** The last collection that was looked at; missing if none ever was. */
  readonly after?: string;
  /** Collections at which another commit came first; their next turn tries again. */
  readonly postponed: number;
  /** Why collections could not be kept up; the others were. */
  readonly failures: readonly unknown[];
}

export function isSameModel(one: CollectionModel, other: CollectionModel): boolean {
  return one.embeddingModel === other.embeddingModel && one.dimensions === other.dimensions;
}

/** Whether the query's vector, if it has one, can be compared with vectors of this model. */
export function isComparable(
  { mode, vector, embeddingModel }: Pick<SearchQuery, "mode" | "vector" | "embeddingModel">,
  model: CollectionModel,
): boolean {
  if (mode === "text" || vector === undefined) return true;
  return isSameModel(model, {
    embeddingModel: embeddingModel ?? model.embeddingModel,
    dimensions: vector.length,
  });
}

/**
 * The query for chunks that it cannot be compared with: by words. A bound of `vectorScore` leaves
 * nothing of them, because they have none.
 */
export function wordsOnly(query: SearchQuery): SearchQuery | undefined {
  const { vector: _, minScore, ...rest } = query;
  return minScore === undefined ? { ...rest, mode: "text" } : undefined;
}
