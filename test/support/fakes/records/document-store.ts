import { isDeepStrictEqual } from "node:util";
import { cursorAfter, readCursor } from "../../../../lambdas/platform/dynamodb/cursor.ts";
import type {
  DocumentPage,
  DocumentRef,
  DocumentState,
  DocumentStore,
  StoredDocument,
} from "../../../../lambdas/records/documents/document-store.ts";
import { StoreConflictError } from "../../../../lambdas/records/documents/store-conflict.ts";

interface Kept {
  readonly tenant: string;
  /** The last number given out. */
  versions: number;
  /** The latest version that was published, confirmed or removed. */
  latest: number;
  /** Whose commit made the record what it is, so that a repeat of it is known. */
  committedBy?: string;
  stored?: StoredDocument;
  begun?: StoredDocument;
  lease?: { readonly holder: string; readonly untilMs: number };
}

export class MemoryDocumentStore implements DocumentStore {
  readonly #documents = new Map<string, Kept>();

  async nextVersion(document: DocumentRef): Promise<number> {
    const kept = this.#of(document);
    kept.versions += 1;
    return kept.versions;
  }

  async read(document: DocumentRef): Promise<StoredDocument | undefined> {
    return structuredClone(this.#of(document).stored);
  }

  async look(document: DocumentRef): Promise<DocumentState> {
    const { stored, begun } = this.#of(document);
    return structuredClone({ ...(stored && { stored }), ...(begun && { begun }) });
  }

  async awaitsVersion(document: DocumentRef): Promise<boolean> {
    const { versions, latest } = this.#of(document);
    return versions > latest;
  }

  async beginPublish(
    document: DocumentRef,
    publish: Parameters<DocumentStore["beginPublish"]>[1],
  ): Promise<"granted" | "busy" | "superseded"> {
    const kept = this.#of(document);
    const { version, holder, leaseMs, nowMs, record } = publish;
    if (version < kept.latest) return "superseded";
    const held = kept.lease !== undefined && kept.lease.untilMs > nowMs;
    if (held && kept.lease?.holder !== holder) return "busy";
    kept.lease = { holder, untilMs: nowMs + leaseMs };
    if (record !== undefined) kept.begun = structuredClone(record);
    if (kept.stored !== undefined) kept.stored = { ...kept.stored, fingerprint: "" };
    return "granted";
  }

  async commitPublish(
    document: DocumentRef,
    holder: string,
    stored: StoredDocument,
  ): Promise<void> {
    const kept = this.#of(document);
    if (!this.#mayCommit(kept, holder, stored.version)) throw lostLease(document, holder);
    this.#commit(kept, holder, stored.version, structuredClone(stored));
  }

  async completePublish(
    document: DocumentRef,
    begun: StoredDocument,
    nowMs: number,
  ): Promise<void> {
    const kept = this.#of(document);
    if (kept.lease !== undefined && kept.lease.untilMs > nowMs) return;
    if (begun.version < kept.latest || !isDeepStrictEqual(kept.begun, begun)) return;
    delete kept.lease;
    delete kept.begun;
    kept.stored = structuredClone(begun);
    kept.latest = begun.version;
  }

  async confirmUnchanged(
    document: DocumentRef,
    confirm: { version: number; fingerprint: string },
  ): Promise<StoredDocument | undefined> {
    const kept = this.#of(document);
    // Empty while somebody publishes: then the content is known to nobody.
    const known = kept.stored?.fingerprint;
    if (kept.stored === undefined || !known || known !== confirm.fingerprint) return undefined;
    kept.latest = Math.max(kept.latest, confirm.version);
    return structuredClone(kept.stored);
  }

  async remove(document: DocumentRef, removal: { version: number; holder: string }): Promise<void> {
    const kept = this.#of(document);
    if (!this.#mayCommit(kept, removal.holder, removal.version)) {
      throw lostLease(document, removal.holder);
    }
    this.#commit(kept, removal.holder, removal.version, undefined);
  }

  async list(tenant: string, page: { limit: number; cursor?: string }): Promise<DocumentPage> {
    const after = page.cursor === undefined ? "" : readCursor(tenant, "documents", page.cursor);
    const found = [...this.#documents.values()]
      .filter((kept) => kept.tenant === tenant)
      .flatMap((kept) => kept.stored ?? [])
      .filter((stored) => stored.documentId > after)
      .sort((a, b) => (a.documentId < b.documentId ? -1 : 1));
    const documents = structuredClone(found.slice(0, page.limit));
    const last = documents.at(-1);
    return found.length > documents.length && last !== undefined
      ? { documents, nextCursor: cursorAfter(tenant, "documents", last.documentId) }
      : { documents };
  }

  #of(document: DocumentRef): Kept {
    const key = JSON.stringify([document.tenant, document.documentId]);
    const kept = this.#documents.get(key) ?? { tenant: document.tenant, versions: 0, latest: 0 };
    this.#documents.set(key, kept);
    return kept;
  }

  /** The holder has the lease, or has committed this version already. */
  #mayCommit(kept: Kept, holder: string, version: number): boolean {
    if (kept.lease !== undefined) return kept.lease.holder === holder;
    return kept.committedBy === holder && kept.latest === version;
  }

  #commit(kept: Kept, holder: string, version: number, stored: StoredDocument | undefined): void {
    delete kept.lease;
    delete kept.stored;
    delete kept.begun;
    if (stored !== undefined) kept.stored = stored;
    kept.committedBy = holder;
    kept.latest = version;
  }
}

function lostLease(document: DocumentRef, holder: string): StoreConflictError {
  return new StoreConflictError(
    `storage: ${holder} no longer holds the lease on ${document.documentId}: it took longer than the lease lasts, and another run took over.`,
  );
}
