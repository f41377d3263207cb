/** Rows of the table that all tenants shared before each had its own. They are read and moved, never written. */
import type { ChunkMetadata } from "../../../contract/metadata.ts";
import type { StoredChunk } from "../../vector-store.ts";
import type { Attributes } from "../rows.ts";

export const sharedTableName = "chunks";

export interface SharedRow {
  readonly tenant: string;
  readonly document_id: string;
  readonly chunk_index: number;
  readonly version: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly headings: Iterable<string>;
  readonly title: string | null;
  readonly metadata: string | null;
  /** JSON; in each row of the document. */
  readonly attributes: string;
  readonly vector?: Iterable<number>;
}

export const sharedColumns = [
  "tenant",
  "document_id",
  "chunk_index",
  "version",
  "start",
  "end",
  "text",
  "headings",
  "title",
  "metadata",
  "attributes",
];

export function sharedToChunk(row: SharedRow): StoredChunk {
  return {
    tenant: row.tenant,
    documentId: row.document_id,
    version: row.version,
    index: row.chunk_index,
    start: row.start,
    end: row.end,
    text: row.text,
    headings: [...row.headings],
    attributes: JSON.parse(row.attributes) as Attributes,
    ...(row.title === null ? {} : { title: row.title }),
    ...(row.metadata === null ? {} : { metadata: JSON.parse(row.metadata) as ChunkMetadata }),
    ...(row.vector === undefined ? {} : { vector: Float32Array.from(row.vector) }),
  };
}
