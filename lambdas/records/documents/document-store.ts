import type { AttributeValue } from "../../contract/vocabulary.ts";

/** What is stored of a document; written only after the vector store committed. */
export interface StoredDocument {
  readonly documentId: string;
  /** The version whose chunks readers see. */
  readonly version: number;
  /** See `Submission.fingerprint`; empty while the document is being published, and after that failed. */
  readonly fingerprint: string;
  readonly title?: string;
  /** The standard content type of the format that was read. Missing in records of earlier versions. */
  readonly contentType?: string;
  /** As they were sent. Missing in records of earlier versions. */
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
  readonly chunkCount: number;
  readonly embeddingModel: string;
  readonly dimensions: number;
  /** The job that stored it, which has its text and file. Missing in records of earlier versions. */
  readonly jobId?: string;
  readonly storedAt: string;
}

export interface DocumentState {
  readonly stored?: StoredDocument;
  readonly begun?: StoredDocument;
}

export interface DocumentRef {
  readonly tenant: string;
  readonly documentId: string;
}

/**
 * Documents: their version counter, the lease under which one of them is
 * published, and the record of what is stored.
 */
export interface DocumentStore {
  /** Atomic ADD; the first version is 1. */
  nextVersion(document: DocumentRef): Promise<number>;
  read(document: DocumentRef): Promise<StoredDocument | undefined>;
  /** What is stored, and the publish that began last, if it was neither recorded nor removed. */
  look(document: DocumentRef): Promise<DocumentState>;
  /** Whether a version was submitted after the latest one that was published, confirmed or removed. */
  awaitsVersion(document: DocumentRef): Promise<boolean>;
  /**
   * Takes the publishing lease for `holder` and forgets the stored fingerprint,
   * because from here until `commitPublish` the stored content is not known.
   * A holder takes over its own lease; an expired one is anybody's.
   * `superseded` if a later version was published, confirmed or removed.
   */
  beginPublish(
    document: DocumentRef,
    publish: {
      version: number;
      holder: string;
      leaseMs: number;
      nowMs: number;
      /** Kept until the publish is recorded; missing for a removal. */
      record?: StoredDocument;
    },
  ): Promise<"granted" | "busy" | "superseded">;
  /** Writes the record and gives the lease back. @throws StoreConflictError if the holder has lost it. */
  commitPublish(document: DocumentRef, holder: string, stored: StoredDocument): Promise<void>;
  /**
   * Records a publish whose chunks were committed and whose own run has died: only while `begun` is
   * the publish that began last and its lease is free. Otherwise its holder, or a later one, records.
   */
  completePublish(document: DocumentRef, begun: StoredDocument, nowMs: number): Promise<void>;
  /**
   * If the stored content has this fingerprint (which it has not while somebody publishes), makes
   * `version` the latest one (so that an older version in flight is
   * superseded) and answers the record; `undefined` otherwise.
   */
  confirmUnchanged(
    document: DocumentRef,
    confirm: { version: number; fingerprint: string },
  ): Promise<StoredDocument | undefined>;
  /**
   * Forgets what is stored and gives the lease back. A removal has a version of
   * its own (`nextVersion`) and holds the lease (`beginPublish`) meanwhile, so
   * that jobs submitted before it are superseded and none publishes beside it.
   * The version counter stays.
   * @throws StoreConflictError if the holder has lost the lease.
   */
  remove(document: DocumentRef, removal: { version: number; holder: string }): Promise<void>;
  /** By document id. */
  list(tenant: string, page: { limit: number; cursor?: string }): Promise<DocumentPage>;
}

export interface DocumentPage {
  readonly documents: readonly StoredDocument[];
  /** @throws InvalidCursorError from `list`, when it is not one of this tenant's. */
  readonly nextCursor?: string;
}

export const documentLeaseMs = 330_000;
