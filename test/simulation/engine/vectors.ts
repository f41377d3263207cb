/**
 * A vector store whose commit is a read and a later write, as LanceDB's is. It
 * notices when another commit came between, but not when both are the first
 * of their document: then every chunk is there twice.
 */

import { StoreConflictError } from "../../../lambdas/records/documents/store-conflict.ts";
import type { ChunkRow, DocumentVersion } from "../../../lambdas/vectors/vector-store.ts";
import { type MemoryCollection, MemoryVectorStore } from "../../support/fakes/vector-store.ts";
import type { Kernel } from "./kernel.ts";

/** Mostly; a busy object store takes longer. */
const commitMs = { least: 1, most: 60 };
const slowCommitMs = { least: 100, most: 2_000 };

export class RacyVectorStore extends MemoryVectorStore {
  readonly #collection: MemoryCollection;
  readonly #kernel: Kernel;

  constructor(collection: MemoryCollection, kernel: Kernel) {
    super(collection);
    this.#collection = collection;
    this.#kernel = kernel;
    const commit = this.publish;
    this.publish = async (document, rows, model) => {
      const before = this.rowsOf(document);
      const { least, most } = this.#kernel.happens(0.3) ? slowCommitMs : commitMs;
      await this.#kernel.sleep(this.#kernel.between(least, most));
      const now = this.rowsOf(document);
      if (before.length === 0 && now.length > 0) {
        const added = rows.map((row) => ({ ...document, ...row }));
        this.#collection.rows = [...this.#collection.rows, ...added];
        return;
      }
      if (!isSame(before, now)) throw new StoreConflictError("storage: Another commit came first.");
      await commit(document, rows, model);
    };
  }

  /** In order of index. */
  rowsOf({ tenant, documentId }: { tenant: string; documentId: string }): Row[] {
    return this.#collection.rows
      .filter((row) => row.tenant === tenant && row.documentId === documentId)
      .sort((a, b) => a.index - b.index);
  }
}

export type Row = DocumentVersion & ChunkRow;

function isSame(a: readonly Row[], b: readonly Row[]): boolean {
  return a.length === b.length && a.every((row, i) => row === b[i]);
}
