/**
 * One function's work on the vector store, in a process of its own as on Lambda, so that its
 * memory can be measured: `node operation.ts ENDPOINT OPERATION JSON`. Prints what it took as JSON.
 */
import type { Table } from "@lancedb/lancedb";
import { openStore } from "../../../lambdas/vectors/lancedb/connection.ts";
import { lanceStoreOn } from "../../support/lance-store.ts";
import type { AskedRequest } from "./counting-s3.ts";
import { listed, type Requests, summed } from "./requests.ts";
import { fillerText, vectorNear } from "./synthetic.ts";

export interface OperationResult {
  readonly ms: readonly number[];
  readonly cpuMs: number;
  readonly rssMb: number;
  /** Of each time. */
  readonly requests: readonly Requests[];
  /** Each request of the last time. */
  readonly trace: string;
  /** Chunks found by each search. */
  readonly found: readonly (readonly string[])[];
}

interface Given {
  readonly tenant: string;
  readonly dimensions: number;
  /** How often. */
  readonly times: number;
  /** The first of the numbers. @default 0 */
  readonly from?: number;
  readonly chunks?: number;
  readonly exact?: boolean;
  readonly seed?: number;
  /** What `maintain` takes the time to be, after now. @default 0 */
  readonly aheadMs?: number;
}

const [endpoint = "", operation = "", json = "{}"] = process.argv.slice(2);
const given = JSON.parse(json) as Given;
const credentials = { accessKeyId: "bench", secretAccessKey: "bench" };
const connection = await openStore({
  uri: "s3://bench/vectors",
  region: "us-east-1",
  endpoint,
  credentials,
});
const store = lanceStoreOn(connection);
const model = { embeddingModel: "synthetic", dimensions: given.dimensions };
const { tenant, dimensions, seed = 0 } = given;

async function publish(number: number): Promise<void> {
  const chunks = given.chunks ?? 50;
  const rows = Array.from({ length: chunks }, (_, index) => {
    const key = seed + number * chunks + index;
    const text = fillerText(key);
    return {
      index,
      start: index * 1_000,
      end: index * 1_000 + text.length,
      text,
      headings: ["Part"],
      vector: vectorNear(key, dimensions),
    };
  });
  const document = { tenant, documentId: `d-${seed}-${number}`, version: 1, attributes: {} };
  await store.publish(document, rows, model);
}

/** Past the port, which does not search flat where there is an index. */
async function largestTable(): Promise<Table> {
  const names = await connection.tableNames();
  const tables = await Promise.all(names.map((name) => connection.openTable(name)));
  const sizes = await Promise.all(tables.map((table) => table.countRows()));
  const largest = tables[sizes.indexOf(Math.max(...sizes))];
  if (largest === undefined) throw new Error("There is no table.");
  return largest;
}

async function search(number: number): Promise<readonly string[]> {
  const key = 7_919 * (number + 1);
  const vector = vectorNear(key, dimensions, 0.5);
  if (given.exact) {
    const table = await largestTable();
    const rows = await table
      .query()
      .nearestTo(vector)
      .distanceType("cosine")
      .bypassVectorIndex()
      .limit(10)
      .select(["document_id", "chunk_index", "_distance"])
      .toArray();
    return (rows as { document_id: string; chunk_index: number }[]).map(
      (row) => `${row.document_id} ${row.chunk_index}`,
    );
  }
  const mode = operation === "search-vector" ? "vector" : "hybrid";
  const text = fillerText(key).split(" ").slice(0, 6).join(" ");
  const hits = await store.search({ tenant, mode, text, vector, limit: 10, filter: [] });
  return hits.map((hit) => `${hit.documentId} ${hit.index}`);
}

const ms: number[] = [];
const found: (readonly string[])[] = [];
const requests: Requests[] = [];
let trace = "";
const { from = 0, aheadMs = 0 } = given;
const cpu = process.cpuUsage();
for (let number = from; number < from + given.times; number++) {
  const begun = performance.now();
  if (operation === "publish") await publish(number);
  else if (operation === "maintain") {
    await store.maintain({ nowMs: Date.now() + aheadMs, budgetMs: 3_600_000 });
  } else found.push(await search(number));
  ms.push(performance.now() - begun);
  const asked = (await (await fetch(`${endpoint}/-/asked`)).json()) as AskedRequest[];
  requests.push(summed(asked));
  trace = listed(asked);
}
const used = process.cpuUsage(cpu);
const result: OperationResult = {
  ms,
  cpuMs: (used.user + used.system) / 1_000,
  rssMb: process.resourceUsage().maxRSS / 1_024,
  found,
  requests,
  trace,
};
process.stdout.write(JSON.stringify(result));
