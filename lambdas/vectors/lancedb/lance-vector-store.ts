/** The vector store on LanceDB: a table for each tenant and embedding model, on S3. */
import type { Connection, Table } from "@lancedb/lancedb";
import type { Table as ArrowTable } from "apache-arrow";
import type { Clock } from "../../platform/clock.ts";
import type { CollectionStore } from "../../records/collections/collection-store.ts";
import { StoreConflictError } from "../../records/documents/store-conflict.ts";
import type { Leases } from "../../records/leases/leases.ts";
import type { ChunkRange, ChunkRow, DocumentVersion, VectorStore } from "../vector-store.ts";
import { keyColumns } from "./columns.ts";
import { commit } from "./conflict.ts";
import { extendTextIndex } from "./indexes.ts";
import { anyRange, predicate } from "./predicate.ts";
import { newestOnly, searchEach } from "./reindex/each-model.ts";
import { outdatedIn, passagesIn, removeIn } from "./reindex/outdated.ts";
import { toTable } from "./rows.ts";
import { attributesOf, MetAttributes } from "./search/attributes.ts";
import { Collections } from "./tables/collections.ts";
import type { Collection } from "./tables/layout.ts";
import { keepUp } from "./upkeep.ts";

/** So many tables a run of `maintain` looks at: each look costs some requests, every ten minutes. */
const maxTablesPerRun = 200;

export class LanceVectorStore implements VectorStore {
  readonly #collections: Collections;
  readonly #clock: Clock;
  readonly #met = new MetAttributes();

  constructor(connection: Connection, leases: Leases, stored: CollectionStore, clock: Clock) {
    this.#collections = new Collections(connection, leases, stored, clock);
    this.#clock = clock;
  }

  publish: VectorStore["publish"] = async (document, rows, model, { keepOutdated } = {}) => {
    const columns = toTable(document, rows, model);
    const collection = await this.#collections.findOrMake(document.tenant, model);
    const { table } = collection;
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
    await this.#collections.keepReading(collection);
    if (!keepOutdated) {
      const others = await this.#others(document.tenant, collection.name);
      await removeIn(others, documentId, document.version);
    }
    // The rows are published whether or not this succeeds.
    await extendTextIndex(table, rows.length).catch(() => undefined);
  };

  search: VectorStore["search"] = async (query) =>
    searchEach(await this.#collections.all(query.tenant), query, this.#met);

  chunks: VectorStore["chunks"] = async (document, { from, limit, vectors }) => {
    const { documentId } = document;
    const found = await Promise.all(
      (await this.#collections.all(document.tenant)).map(async (collection) => {
        const { table, layout } = collection;
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
      }),
    );
    return newestOnly(found.flat()).slice(0, limit);
  };

  ranges: VectorStore["ranges"] = async (tenant, ranges) => {
    if (ranges.length === 0) return [];
    const found = await Promise.all(
      (await this.#collections.all(tenant)).map((collection) => rangesIn(collection, ranges)),
    );
    return newestOnly(found.flat());
  };

  remove: VectorStore["remove"] = async ({ tenant, documentId }) =>
    removeIn(await this.#collections.all(tenant), documentId);

  outdated: VectorStore["outdated"] = async (tenant, embeddingModel, limit) => {
    for (const { layout, model } of await this.#collections.all(tenant)) {
      // Chunks of the shared table get a table of their own first.
      if (layout.scope.tenant !== undefined) await this.#collections.findOrMake(tenant, model);
    }
    return outdatedIn(await this.#ofOtherModels(tenant, embeddingModel), limit);
  };

  passages: VectorStore["passages"] = async (document, embeddingModel) =>
    passagesIn(await this.#ofOtherModels(document.tenant, embeddingModel), document);

  removeOutdated: VectorStore["removeOutdated"] = async (
    { tenant, documentId, version },
    embeddingModel,
  ) => removeIn(await this.#ofOtherModels(tenant, embeddingModel), documentId, version);

  retireOutdated: VectorStore["retireOutdated"] = async (tenant, embeddingModel) => {
    const outdated = await this.#ofOtherModels(tenant, embeddingModel);
    for (const collection of outdated) await this.#collections.retire(collection);
  };

  async #others(tenant: string, name: string): Promise<readonly Collection[]> {
    return (await this.#collections.all(tenant)).filter((one) => one.name !== name);
  }

  async #ofOtherModels(tenant: string, embeddingModel: string): Promise<readonly Collection[]> {
    const all = await this.#collections.all(tenant);
    return all.filter(({ model }) => model.embeddingModel !== embeddingModel);
  }

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

async function rangesIn(collection: Collection, ranges: readonly ChunkRange[]) {
  const { table, layout } = collection;
  const where = anyRange(ranges);
  const rows = await table
    .query()
    .where(layout.scope.tenant === undefined ? where : `${predicate(layout.scope)} AND (${where})`)
    .select([...layout.columns])
    .toArray();
  const attributes = await attributesOf(collection, [
    ...new Set(ranges.map(({ documentId }) => documentId)),
  ]);
  return rows.map((row: { document_id: string }) =>
    layout.toChunk(row, attributes.get(row.document_id) ?? {}),
  );
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
