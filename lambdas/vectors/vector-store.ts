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

/** What readers get of a chunk; `context` serves the text index only. */
export type StoredChunk = Omit<ChunkRow, "vector" | "context"> &
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
  /** The model of `vector`. @default taken to be the collection's */
  readonly embeddingModel?: string;
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

/** Chunks `from` to `to` (both inclusive) of one version of a document. */
export interface ChunkRange {
  readonly documentId: string;
  readonly version: number;
  readonly from: number;
  readonly to: number;
}

/**
 * The chunks that searches read. A tenant has a collection of its own, which
 * the first publish creates, and a document changes in one step: readers see
 * the old version or the new one.
 */
export interface VectorStore {
  /**
   * Replaces the document's chunks in one commit.
   * @throws StoreConflictError when another commit came first; nothing is written then.
   * @throws ModelMismatchError if the tenant's collection holds vectors of another model.
   */
  publish(
    document: DocumentVersion,
    rows: readonly ChunkRow[],
    model: CollectionModel,
  ): Promise<void>;
  /**
   * Best first. A collection that does not exist yet has no hits.
   * @throws ModelMismatchError if the vector is of another model than the stored ones.
   */
  search(query: SearchQuery): Promise<readonly SearchHit[]>;
  /** In order of index, from `from`, at most `limit`. */
  chunks(
    document: DocumentRef,
    page: { from: number; limit: number; vectors: boolean },
  ): Promise<readonly StoredChunk[]>;
  /** The chunks of all these ranges, in no order. Those of another version are left out. */
  ranges(tenant: string, ranges: readonly ChunkRange[]): Promise<readonly StoredChunk[]>;
  /** In one commit; a document that is not there is fine. */
  remove(document: DocumentRef): Promise<void>;
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

/** The collection holds vectors of another model. */
export class ModelMismatchError extends Error {
  override readonly name = "ModelMismatchError";
  constructor(stored: CollectionModel, configured: CollectionModel) {
    super(
      `The stored vectors come from ${stored.embeddingModel} (${stored.dimensions} dimensions), but ${configured.embeddingModel} (${configured.dimensions}) is configured. ` +
        'Restore the previous embedding settings and deploy, or ingest the documents again with the key of a new tenant. Until then, search by words with "mode": "text".',
    );
  }
}

/** @throws ModelMismatchError unless both are the same */
export function assertSameModel(stored: CollectionModel, configured: CollectionModel): void {
  const same =
    stored.embeddingModel === configured.embeddingModel &&
    stored.dimensions === configured.dimensions;
  if (!same) throw new ModelMismatchError(stored, configured);
}
