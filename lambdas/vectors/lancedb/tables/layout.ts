/** A tenant's chunks in a table: its own, or the one that all tenants shared before. */
import type { Table } from "@lancedb/lancedb";
import type { CollectionModel, StoredChunk } from "../../vector-store.ts";
import { readColumns } from "../columns.ts";
import type { Selection } from "../predicate.ts";
import { type Attributes, type StoredRow, toChunk } from "../rows.ts";
import { type SharedRow, sharedColumns, sharedToChunk } from "./shared-rows.ts";

export interface Collection {
  readonly tenant: string;
  /** Of the table. */
  readonly name: string;
  readonly table: Table;
  readonly model: CollectionModel;
  readonly layout: Layout;
}

/** In what the two tables differ. */
export interface Layout {
  /** Confines a predicate to the tenant. */
  readonly scope: Pick<Selection, "tenant">;
  /** What the text index covers. */
  readonly textColumn: string;
  readonly columns: readonly string[];
  /** Otherwise only the first row of a document has its attributes. */
  readonly attributesInEachRow: boolean;
  toChunk(row: unknown, attributes: Attributes): StoredChunk;
}

export const ownLayout = (tenant: string): Layout => ({
  scope: {},
  textColumn: "passage",
  columns: readColumns,
  attributesInEachRow: false,
  toChunk: (row, attributes) => toChunk(row as StoredRow, tenant, attributes),
});

export const sharedLayout = (tenant: string): Layout => ({
  scope: { tenant },
  textColumn: "text",
  columns: sharedColumns,
  attributesInEachRow: true,
  toChunk: (row) => sharedToChunk(row as SharedRow),
});
