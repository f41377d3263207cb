/** The vector store on LanceDB: a table for each tenant, on S3. */
import type { Connection, Table } from "@lancedb/lancedb";
import type { Table as ArrowTable } from "apache-arrow";
import type { Clock } from "../../platform/clock.ts";
import { StoreConflictError } from "../../records/documents/store-conflict.ts";
import type { Leases } from "../../records/leases/leases.ts";
import type { ChunkRow, DocumentVersion, VectorStore } from "../vector-store.ts";
import { keyColumns } from "./columns.ts";
import { commit } from "./conflict.ts";
import { extendTextIndex } from "./indexes.ts";
import { anyRange, predicate } from "./predicate.ts";
import { toTable } from "./rows.ts";
import { attributesOf } from "./search/attributes.ts";
import { search } from "./search/search.ts";
import { Collections } from "./tables/collections.ts";
import { keepUp } from "./upkeep.ts";

/** So many tables a run of `maintain` looks at: each look costs some requests, every ten minutes. */
const maxTablesPerRun = 200;

export class LanceVectorStore implements VectorStore {
  readonly #collections: Collections;
  readonly #clock: Clock;

  constructor(connection: Connection, leases: Leases, clock: Clock) {
    this.#collections = new Collections(connection, leases, clock);
    this.#clock = clock;
  }

  publish: VectorStore["publish"] = async (document, rows, model) => {
    const columns = toTable(document, rows, model);
    const { table } = await this.#collections.findOrMake(document.tenant, model);
    const { documentId } = document;
    const stored = await table
      .query()
      .where(predicate({ documentId }))
      .select(["chunk_index"])
      .toArray();
    const indexes = stored.map((row: { chunk_index: number }) => row.chunk_index);
    await commit(`Publishing ${documentId}`, async () => {
      // One document has one publisher at a time, so no row comes between this look and the commit.
      if (indexes.length === 0) await table.add(columns);
      else await replace(table, document, columns, lacksAny(indexes, rows));
    });
    // The rows are published whether or not this succeeds.
    await extendTextIndex(table, rows.length).catch(() => undefined);
  };

  search: VectorStore["search"] = async (query) => {
    const collection = await this.#collections.find(query.tenant);
    return collection === undefined ? [] : search(collection, query);
  };

  chunks: VectorStore["chunks"] = async (document, { from, limit, vectors }) => {
    const collection = await this.#collections.find(document.tenant);
    if (collection === undefined) return [];
    const { table, layout } = collection;
    const { documentId } = document;
    const [rows, attributes] = await Promise.all([
      table
        .query()
        .where(predicate({ ...layout.scope, documentId, fromIndex: from }))
        .select(vectors ? [...layout.columns, "vector"] : [...layout.columns])
        .orderBy([{ columnName: "chunk_index", ascending: true }])
        .limit(limit)
        .toArray(),
      attributesOf(collection, [documentId]),
    ]);
    return rows.map((row: unknown) => layout.toChunk(row, attributes.get(documentId) ?? {}));
  };

  ranges: VectorStore["ranges"] = async (tenant, ranges) => {
    const collection = await this.#collections.find(tenant);
    if (collection === undefined || ranges.length === 0) return [];
    const { table, layout } = collection;
    const where = anyRange(ranges);
    const rows = await table
      .query()
      .where(
        layout.scope.tenant === undefined ? where : `${predicate(layout.scope)} AND (${where})`,
      )
      .select([...layout.columns])
      .toArray();
    const attributes = await attributesOf(collection, [
      ...new Set(ranges.map(({ documentId }) => documentId)),
    ]);
    return rows.map((row: { document_id: string }) =>
      layout.toChunk(row, attributes.get(row.document_id) ?? {}),
    );
  };

  remove: VectorStore["remove"] = async ({ tenant, documentId }) => {
    const collection = await this.#collections.find(tenant);
    if (collection === undefined) return;
    const { table, layout } = collection;
    await commit(`Removing ${documentId}`, () =>
      table.delete(predicate({ ...layout.scope, documentId })),
    );
  };

  maintain: VectorStore["maintain"] = async ({ nowMs, budgetMs, after }) => {
    const until = this.#clock.now() + budgetMs;
    const done = () => this.#clock.now() >= until;
    const failures: unknown[] = [];
    let [last, postponed] = [after, 0];
    const trying = async (work: () => Promise<void>) => {
      try {
        await work();
      } catch (error) {
        if (error instanceof StoreConflictError) postponed += 1;
        else failures.push(error);
      }
    };
    await trying(() => this.#collections.moveShared(done));
    for (const name of await this.#collections.namesInTurn(after, maxTablesPerRun)) {
      if (done()) break;
      last = name;
      await trying(async () => {
        const table = await this.#collections.openByName(name);
        if (table !== undefined) await keepUp(table, nowMs);
      });
    }
    return { postponed, failures, ...(last === undefined ? {} : { after: last }) };
  };
}

/** A version with fewer chunks: the rows that it lacks have to go. */
function lacksAny(indexes: readonly number[], rows: readonly ChunkRow[]): boolean {
  const kept = new Set(rows.map(({ index }) => index));
  return indexes.some((index) => !kept.has(index));
}

/**
 * The merge uses the indexes on the keys. With the deleting clause it cannot, and compares its
 * keys with those of the whole table, so the clause is there only when rows have to go.
 */
async function replace(
  table: Table,
  document: DocumentVersion,
  columns: ArrowTable,
  shorter: boolean,
): Promise<void> {
  const merge = table.mergeInsert(keyColumns).whenMatchedUpdateAll().whenNotMatchedInsertAll();
  const { documentId } = document;
  await (shorter
    ? merge.whenNotMatchedBySourceDelete({ where: predicate({ documentId }) })
    : merge
  ).execute(columns);
}
