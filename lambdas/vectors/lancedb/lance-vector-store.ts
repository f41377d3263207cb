/** The vector store on LanceDB: one collection for all tenants, on S3. */
import { type Connection, Index, MatchQuery, type Table } from "@lancedb/lancedb";
import type { SearchMode } from "../../contract/vocabulary.ts";
import { type CollectionModel, ModelMismatchError, type VectorStore } from "../vector-store.ts";
import {
  collectionSchema,
  keyColumns,
  mergedAtMs,
  mergeNote,
  modelOf,
  readColumns,
} from "./columns.ts";
import { commit } from "./conflict.ts";
import { predicate } from "./predicate.ts";
import { type StoredRow, toChunk, toTable } from "./rows.ts";
import { byDistance, byWords, fused } from "./scoring.ts";

/** One collection a deployment; its name appears in the bucket only. */
const collectionName = "chunks";

/**
 * Old versions serve readers that began before a commit; none reads for a day.
 * Younger ones must stay, because files of a running commit look unused.
 */
const keepVersionsMs = 24 * 3_600_000;

/**
 * To merge writes most of the collection again, however little is new: LanceDB
 * puts each covered file together with its neighbour, up to a million rows. So
 * it waits until what is new is a share of what is there, or until searches,
 * which go through it file by file, feel it. Measured beside 50,000 chunks: a
 * text search takes 5 ms with none, 60 ms with 50 files and 120 ms with 100.
 */
const worthMerging = { share: 0.1, files: 50 };

/**
 * After this long without a merge one is made in any case: only then do
 * versions older than a day go, and removed rows with them. The collection
 * itself says when it was last merged, so that a run which loses a race, or
 * does not take place, is made good by the next. To list the versions would
 * tell as well, but reads a file for each, in every run.
 */
const mergeAfterMs = 24 * 3_600_000;

/** Hits each of the two searches of a hybrid one puts into the fusion, at least. */
const fusionDepth = 50;

/**
 * Words are cut by Unicode's rules and its dictionaries, so that Chinese,
 * Japanese and Thai have words too. No stemming and no stop words: both are
 * of one language, and documents are of many.
 */
const textIndex = () =>
  Index.fts({
    baseTokenizer: "icu/split",
    stem: false,
    removeStopWords: false,
    lowercase: true,
    asciiFolding: true,
    withPosition: false,
  });

const textIndexName = "text_idx";

interface Collection {
  readonly table: Table;
  readonly model: CollectionModel;
}

export class LanceVectorStore implements VectorStore {
  readonly #connection: Connection;
  #opened: Collection | undefined;
  #indexed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  ensureCollection: VectorStore["ensureCollection"] = async (model) => {
    const { table, model: stored } =
      this.#opened ?? (await this.#open()) ?? (await this.#make(model));
    assertSameModel(stored, model);
    if (this.#indexed) return;
    // Apart from the making, because a maker may die in between. Rows that the
    // index does not cover are found all the same, but an index must exist.
    if ((await table.indexStats(textIndexName)) === undefined) {
      await commit("Indexing the text", () =>
        table.createIndex("text", { config: textIndex(), name: textIndexName }),
      );
    }
    this.#indexed = true;
  };

  publish: VectorStore["publish"] = async (document, rows) => {
    const collection = await this.#open();
    if (collection === undefined) throw new Error("The collection was never made.");
    const { table, model } = collection;
    const columns = toTable(document, rows, model);
    await commit(`Publishing ${document.documentId}`, () =>
      table
        .mergeInsert(keyColumns)
        .whenMatchedUpdateAll()
        .whenNotMatchedInsertAll()
        .whenNotMatchedBySourceDelete({ where: predicate(document) })
        .execute(columns),
    );
    // The rows are published whether or not this succeeds.
    await this.#extendTextIndex(table, rows.length).catch(() => undefined);
  };

  search: VectorStore["search"] = async (query) => {
    const collection = await this.#open();
    if (collection === undefined) return [];
    const { table, model } = collection;
    const where = predicate({ tenant: query.tenant, filter: query.filter });
    const rows = () => table.query().where(where);
    const nearest = async (limit: number) => {
      const vector = comparable(query, model);
      const nearest = rows().nearestTo(vector).distanceType("cosine").limit(limit);
      return byDistance(await nearest.select([...readColumns, "_distance"]).toArray());
    };
    const wordy = async (limit: number) => {
      // A match query takes the text as words; a string would be parsed as a query.
      const wordy = rows().fullTextSearch(new MatchQuery(query.text, "text")).limit(limit);
      return byWords(await wordy.select([...readColumns, "_score"]).toArray());
    };
    switch (query.mode) {
      case "vector":
        return nearest(query.limit);
      case "text":
        return wordy(query.limit);
      case "hybrid": {
        const depth = Math.max(query.limit, fusionDepth);
        return fused(await Promise.all([nearest(depth), wordy(depth)])).slice(0, query.limit);
      }
    }
  };

  chunks: VectorStore["chunks"] = async (document, { from, limit, vectors }) => {
    const collection = await this.#open();
    if (collection === undefined) return [];
    const rows = await collection.table
      .query()
      .where(predicate({ ...document, fromIndex: from }))
      .select(vectors ? [...readColumns, "vector"] : readColumns)
      .orderBy([{ columnName: "chunk_index", ascending: true }])
      .limit(limit)
      .toArray();
    return (rows as StoredRow[]).map(toChunk);
  };

  remove: VectorStore["remove"] = async (document) => {
    const collection = await this.#open();
    if (collection === undefined) return;
    await commit(`Removing ${document.documentId}`, () =>
      collection.table.delete(predicate(document)),
    );
  };

  maintain: VectorStore["maintain"] = async (nowMs) => {
    const collection = await this.#open();
    if (collection === undefined) return;
    const { table } = collection;
    const mergedAt = mergedAtMs(await table.schema());
    const recent = mergedAt !== undefined && nowMs - mergedAt < mergeAfterMs;
    if (recent && !(await isWorthMerging(table))) return;
    await commit("Compacting", () =>
      table.optimize({ cleanupOlderThan: new Date(nowMs - keepVersionsMs) }),
    );
    await commit("Noting the merge", () => table.updateFieldMetadata([mergeNote(nowMs)]));
  };

  /**
   * A search weighs words by what the text index covers, and of rows outside
   * an empty one it gives any few instead of the best few (LanceDB 0.37). So
   * it is extended by whoever brings the rows outside to as many as are inside,
   * or to a multiple of that where the one before has failed: ever more seldom
   * as a collection grows. `maintain` does the rest.
   */
  async #extendTextIndex(table: Table, added: number): Promise<void> {
    const stats = await table.indexStats(textIndexName);
    if (stats === undefined) return;
    const { numIndexedRows: inside, numUnindexedRows: outside } = stats;
    const multiple = (rows: number) => Math.floor(rows / Math.max(1, inside));
    if (multiple(outside) === multiple(outside - added)) return;
    await table.optimize();
  }

  /** The collection if there is one; asked again each time until there is. */
  async #open(): Promise<Collection | undefined> {
    if (this.#opened !== undefined) return this.#opened;
    const names = await this.#connection.tableNames();
    if (!names.includes(collectionName)) return undefined;
    const table = await this.#connection.openTable(collectionName);
    this.#opened = { table, model: modelOf(await table.schema()) };
    return this.#opened;
  }

  async #make(model: CollectionModel): Promise<Collection> {
    const table = await this.#connection.createEmptyTable(collectionName, collectionSchema(model));
    this.#opened = { table, model };
    return this.#opened;
  }
}

async function isWorthMerging(table: Table): Promise<boolean> {
  const [{ fragmentStats }, text] = await Promise.all([
    table.stats(),
    table.indexStats(textIndexName),
  ]);
  if (fragmentStats.numSmallFragments >= worthMerging.files) return true;
  if (text === undefined) return true;
  const { numIndexedRows: inside, numUnindexedRows: outside } = text;
  return outside > 0 && outside >= inside * worthMerging.share;
}

function assertSameModel(stored: CollectionModel, configured: CollectionModel): void {
  const same =
    stored.embeddingModel === configured.embeddingModel &&
    stored.dimensions === configured.dimensions;
  if (!same) throw new ModelMismatchError(stored, configured);
}

/** The query's vector, if distances to the collection's mean anything. */
function comparable(
  query: { mode: SearchMode; vector?: Float32Array; embeddingModel?: string },
  stored: CollectionModel,
): Float32Array {
  const { vector, embeddingModel = stored.embeddingModel } = query;
  if (vector === undefined) throw new TypeError(`A ${query.mode} search needs a vector.`);
  assertSameModel(stored, { embeddingModel, dimensions: vector.length });
  return vector;
}
