import * as z from "zod";
import type { ItemFormat } from "../platform/dynamodb/stored-item.ts";
import type { AttributesRecord, DocumentRecord, ObjectRecord } from "./record.ts";

const failure = z.object({
  tag: z.string(),
  code: z.string(),
  message: z.string(),
  jobId: z.string().exactOptional(),
  at: z.string(),
});

const document = z.object({
  kind: z.literal("document"),
  key: z.string().min(1),
  object: z.object({ etag: z.string(), sizeBytes: z.int().min(0) }).exactOptional(),
  attributesTag: z.string().exactOptional(),
  stored: z.string().exactOptional(),
  failure: failure.exactOptional(),
  claim: z
    .object({
      tag: z.string().exactOptional(),
      jobId: z.string().exactOptional(),
      atMs: z.int().min(0),
    })
    .exactOptional(),
  tries: z.int().min(1).exactOptional(),
  sinceMs: z.int().min(0),
} satisfies Record<keyof DocumentRecord, z.ZodType>);

const attributes = z.object({
  kind: z.literal("attributes"),
  key: z.string().min(1),
  etag: z.string(),
} satisfies Record<keyof AttributesRecord, z.ZodType>);

export const recordFormat: ItemFormat<ObjectRecord> = {
  schema: z.discriminatedUnion("kind", [document, attributes]),
  upgrades: [],
};
