import * as z from "zod";
import type { ItemFormat } from "../../platform/dynamodb/stored-item.ts";
import type { Item } from "../../platform/dynamodb/table.ts";
import type { StoredDocument } from "./document-store.ts";

const schema = z.object({
  documentId: z.string().min(1),
  version: z.int().min(1),
  fingerprint: z.string(),
  title: z.string().exactOptional(),
  contentType: z.string().exactOptional(),
  attributes: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).exactOptional(),
  chunkCount: z.int().min(0),
  embeddingModel: z.string().min(1),
  dimensions: z.int().min(1),
  jobId: z.string().exactOptional(),
  storedAt: z.iso.datetime("must be a time such as 2026-01-01T00:00:00.000Z"),
} satisfies Record<keyof StoredDocument, z.ZodType>);

/** Of the record `stored`, which each publish replaces as a whole. Version 1 has no `schemaVersion`. */
export const documentFormat: ItemFormat<StoredDocument> = {
  schema,
  upgrades: [(item: Item) => item],
};
