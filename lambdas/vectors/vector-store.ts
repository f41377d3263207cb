import type { ChunkMetadata } from "../contract/metadata.ts";
import type { AttributeValue, SearchMode } from "../contract/vocabulary.ts";
import type { DocumentRef } from "../records/documents/document-store.ts";
import type { Filter } from "./filter.ts";

export interface ChunkRow {
  readonly index: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: readonly string[];
  /** Missing if the provider refused the chunk. */
  readonly metadata?: ChunkMetadata;
  readonly vector: Float32Array;
}

export interface DocumentVersion extends DocumentRef {
  readonly version: number;
  readonly title?: string;
  readonly attributes: Readonly<Record<string, AttributeValue>>;
}

export type StoredChunk = Omit<ChunkRow, "vector"> &
  DocumentVersion & { readonly vector?: Float32Array };

export type SearchHit = StoredChunk & {
  /** From 0 to 1; higher is better; comparable within one answer only. */
  readonly score: number;
};

export interface CollectionModel {
  readonly embeddingModel: string;
  readonly dimensions: number;
}

/**
 * The chunks that searches read. Everything is confined to a tenant, and a
 * document changes in one step: readers see the old version or the new one.
 */
export interface VectorStore {
  /**
   * Makes the collection if there is none. Two makers at once would lose one's
   * rows, so it is called under a lease (`Leases`).
   * @throws ModelMismatchError if the collection was made for another model.
   */
  ensureCollection(model: CollectionModel): Promise<void>;
  /** Replaces the document's chunks in one commit. @throws StoreConflictError when another commit came first; nothing is written then. */
  publish(document: DocumentVersion, rows: readonly ChunkRow[]): Promise<void>;
  /**
   * Best first. A collection that does not exist yet has no hits.
   * @throws ModelMismatchError if the vector is of another model than the stored ones.
   */
  search(query: {
    readonly tenant: string;
    readonly mode: SearchMode;
    /** For `text` and `hybrid`. */
    readonly text: string;
    /** For `vector` and `hybrid`. */
    readonly vector?: Float32Array;
    /** The model of `vector`. @default taken to be the collection's */
    readonly embeddingModel?: string;
    readonly limit: number;
    readonly filter: Filter;
  }): Promise<readonly SearchHit[]>;
  /** In order of index, from `from`, at most `limit`. */
  chunks(
    document: DocumentRef,
    page: { from: number; limit: number; vectors: boolean },
  ): Promise<readonly StoredChunk[]>;
  /** In one commit; a document that is not there is fine. */
  remove(document: DocumentRef): Promise<void>;
  /**
   * Merges the small files that publishing leaves, brings the text index up to
   * date and deletes versions older than a day; once these are worth it, and
   * a day after it last did in any case. Searches find everything without it,
   * but slower with every commit.
   * @throws StoreConflictError when another commit came first; the next try goes on.
   */
  maintain(nowMs: number): Promise<void>;
}

/** The collection holds vectors of another model. */
export class ModelMismatchError extends Error {
  override readonly name = "ModelMismatchError";
  constructor(stored: CollectionModel, configured: CollectionModel) {
    super(
      `The stored vectors come from ${stored.embeddingModel} (${stored.dimensions} dimensions), but ${configured.embeddingModel} (${configured.dimensions}) is configured. ` +
        "Set the embedding settings back, or deploy a new stack and ingest the documents again.",
    );
  }
}
