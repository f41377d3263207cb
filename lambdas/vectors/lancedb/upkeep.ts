/** What a collection needs from time to time: merging, indexing, clearing away. */
import type { Table } from "@lancedb/lancedb";
import { modelOf, notesOf, noteUpdate } from "./columns.ts";
import { commit } from "./conflict.ts";
import { indexVectors, textIndexName } from "./indexes.ts";

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

/** @throws StoreConflictError when another commit came first; the next run tries again */
export async function keepUp(table: Table, nowMs: number): Promise<void> {
  const schema = await table.schema();
  const { mergedAtMs, unfinished } = notesOf(schema);
  if (unfinished) return;
  const recent = mergedAtMs !== undefined && nowMs - mergedAtMs < mergeAfterMs;
  if (recent && !(await isWorthMerging(table))) return;
  await commit("Compacting", () =>
    table.optimize({ cleanupOlderThan: new Date(nowMs - keepVersionsMs) }),
  );
  const { dimensions } = modelOf(schema);
  await indexVectors(table, { rows: await table.countRows(), dimensions });
  await commit("Noting the merge", () =>
    table.updateFieldMetadata([noteUpdate({ mergedAtMs: nowMs })]),
  );
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
