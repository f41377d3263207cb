/** The indexes of a collection: which there are, and when the vectors get one. */
import { Index, type Table } from "@lancedb/lancedb";
import { keyColumns } from "./columns.ts";
import { commit } from "./conflict.ts";

export const textIndexName = "passage_idx";
/**
 * Of a vector's number it keeps four bits. With one bit, the library's default, it took 800 candidates
 * beside a million chunks to find 99 % of the ten nearest; with four it takes 50 (384 dimensions).
 */
const vectorIndex = { name: "vector_4bit_idx", numBits: 4 };
/** With one bit, made by earlier code. */
const coarseIndexName = "vector_idx";

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

/** Those of keys serve publishes and filters, that of the text every search by words. */
export async function indexKeysAndText(table: Table): Promise<void> {
  for (const column of keyColumns) {
    await table.createIndex(column, { config: Index.btree(), name: `${column}_idx` });
  }
  await table.createIndex("passage", { config: textIndex(), name: textIndexName });
}

/**
 * Below, a search reads all vectors: exact, and with S3 at 20 ms a request faster than an index.
 * 40,000 rows of 384 dimensions or 10,000 of 1,536, which are 61 MB.
 */
export const flatUpToFloats = 15_360_000;

/** Each merge adds a part to the vector index, and a search asks every part. */
const maxIndexParts = 4;

/** Builds the vector index once it is worth it, and again when it has many parts. */
export async function indexVectors(
  table: Table,
  { rows, dimensions }: { rows: number; dimensions: number },
): Promise<void> {
  if (rows * dimensions < flatUpToFloats) return;
  const stats = await table.indexStats(vectorIndex.name);
  if (stats !== undefined && (stats.numIndices ?? 1) <= maxIndexParts) return;
  await commit("Indexing the vectors", () =>
    table.createIndex("vector", {
      config: Index.ivfRq({ distanceType: "cosine", numBits: vectorIndex.numBits }),
      name: vectorIndex.name,
    }),
  );
  if (await isCoarse(table)) {
    await commit("Dropping the earlier index", () => table.dropIndex(coarseIndexName));
  }
}

/** Whether a search by vectors may still be answered by an index of earlier code. */
export async function isCoarse(table: Table): Promise<boolean> {
  return (await table.listIndices()).some(({ name }) => name === coarseIndexName);
}

/**
 * A search weighs words by what the text index covers, and of rows outside
 * an empty one it gives any few instead of the best few (LanceDB 0.37). So
 * the publish that brings the rows outside to as many as are inside extends it,
 * or to a multiple of that where the one before has failed. Beyond some
 * thousand rows that would take a publish too long, and `maintain` does it.
 */
export async function extendTextIndex(table: Table, added: number): Promise<void> {
  const stats = await table.indexStats(textIndexName);
  if (stats === undefined || stats.numIndexedRows > extendedByPublishUpTo) return;
  const { numIndexedRows: inside, numUnindexedRows: outside } = stats;
  const multiple = (rows: number) => Math.floor(rows / Math.max(1, inside));
  if (multiple(outside) === multiple(outside - added)) return;
  await table.optimize();
}

const extendedByPublishUpTo = 20_000;
