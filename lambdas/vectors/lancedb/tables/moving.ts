/** Moves a tenant's rows out of the table that all tenants shared before. */

import type { Table } from "@lancedb/lancedb";
import type { Table as ArrowTable } from "apache-arrow";
import type { ChunkRow, CollectionModel } from "../../vector-store.ts";
import { predicate } from "../predicate.ts";
import { toTable } from "../rows.ts";
import { type SharedRow, sharedColumns, sharedToChunk } from "./shared-rows.ts";

/** Rows held in memory at a time. */
const rowsAtOnce = 2_000;

/**
 * Copies what a search needs, vectors included; nothing is embedded again. The
 * rows in the shared table stay, for readers that have it open.
 */
export async function copyTenant(
  tenant: string,
  shared: Table,
  own: Table,
  model: CollectionModel,
): Promise<void> {
  const rows = shared
    .query()
    .where(predicate({ tenant }))
    .select([...sharedColumns, "vector"]);
  let waiting: SharedRow[] = [];
  const flush = async () => {
    const table = asTable(waiting, model);
    if (table !== undefined) await own.add(table);
    waiting = [];
  };
  for await (const batch of rows) {
    for (const row of batch) {
      waiting.push(row as unknown as SharedRow);
      if (waiting.length >= rowsAtOnce) await flush();
    }
  }
  await flush();
}

function asTable(rows: readonly SharedRow[], model: CollectionModel): ArrowTable | undefined {
  const [first, ...rest] = [...Map.groupBy(rows, ({ document_id }) => document_id).values()].map(
    (ofDocument) => {
      const chunks = ofDocument.map(sharedToChunk);
      const [document] = chunks;
      if (document === undefined) throw new Error("A group without rows.");
      return toTable(document, chunks as ChunkRow[], model);
    },
  );
  return first?.concat(...rest);
}

export async function tenantsOf(shared: Table): Promise<ReadonlySet<string>> {
  const tenants = new Set<string>();
  for await (const batch of shared.query().select(["tenant"])) {
    for (const row of batch) tenants.add((row as unknown as { tenant: string }).tenant);
  }
  return tenants;
}
