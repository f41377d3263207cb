/** The fields of a job's item. `satisfies` makes a new field of `Job` fail the types until it has a schema. */

import * as z from "zod";
import { noUsage, type Usage } from "../../../accounting/usage.ts";
import type { CustomSchema } from "../../../contract/custom-schema.ts";
import {
  chunkingStrategies,
  metadataScopes,
  skipReasons,
  stageNames,
} from "../../../contract/vocabulary.ts";
import type { ItemFormat } from "../../../platform/dynamodb/stored-item.ts";
import type { Item } from "../../../platform/dynamodb/table.ts";
import type { ChunkingOptions } from "../chunk.ts";
import type {
  AttachmentNote,
  Chunking,
  EndedAttempt,
  Extraction,
  FailedChunk,
  Job,
  JobError,
  JobOptions,
  JobResult,
  ParentRef,
  ReadingProgress,
} from "../job.ts";

const text = z.string().min(1);
const time = z.iso.datetime("must be a time such as 2026-01-01T00:00:00.000Z");
const count = z.int().min(0);

/** Checked when it was submitted; a bound that is tightened later must not make the job unreadable. */
const storedCustomSchema = z.custom<CustomSchema>(
  (value) => typeof value === "object" && value !== null,
  "must be an object",
);

const options = z.object({
  chunking: z.object({
    strategy: z.enum(chunkingStrategies).exactOptional(),
    maxTokens: count,
    overlapTokens: count,
  } satisfies Record<keyof ChunkingOptions, z.ZodType>),
  metadata: z.object({
    schema: storedCustomSchema.exactOptional(),
    per: z.enum(metadataScopes).exactOptional(),
  }),
  force: z.literal(true).exactOptional(),
} satisfies Record<keyof JobOptions, z.ZodType>);

const attributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const chunking = z.object({
  chunkCount: count,
  batchSize: z.int().min(1),
  embeddingModel: text,
} satisfies Record<keyof Chunking, z.ZodType>);

const reading = z.object({
  done: count,
  total: count.exactOptional(),
} satisfies Record<keyof ReadingProgress, z.ZodType>);

const pages = z.array(z.int().min(1));

const attachments = z.array(
  z.object({
    filename: z.string(),
    contentType: z.string(),
    sizeBytes: count,
    documentId: text.exactOptional(),
    jobId: text.exactOptional(),
    index: count.exactOptional(),
    skipped: z.enum(skipReasons).exactOptional(),
  } satisfies Record<keyof AttachmentNote, z.ZodType>),
);

const parent = z.object({
  documentId: text,
  jobId: text,
  depth: z.int().min(1),
} satisfies Record<keyof ParentRef, z.ZodType>);

const extraction = z.object({
  contentType: text,
  title: z.string().exactOptional(),
  total: count.exactOptional(),
  unreadablePages: pages,
  attachments: attachments.exactOptional(),
} satisfies Record<keyof Extraction, z.ZodType>);

const stored = {
  documentId: text,
  documentVersion: z.int().min(1),
  chunkCount: count,
  embeddingModel: text,
  dimensions: z.int().min(1),
  unchanged: z.boolean(),
  superseded: z.boolean(),
  degraded: z.boolean(),
  unreadablePages: pages.exactOptional(),
  attachments: attachments.exactOptional(),
  failedChunks: z.array(
    z.object({ index: count, code: text, message: z.string() } satisfies Record<
      keyof FailedChunk,
      z.ZodType
    >),
  ),
  failedChunkCount: count,
  estimatedCostUsd: z.number().min(0).exactOptional(),
} satisfies Record<Exclude<keyof JobResult, "usage">, z.ZodType>;

const usageFields = Object.keys(noUsage).map((field) => [field, count] as const);
const usage = z.object(Object.fromEntries(usageFields) as Record<keyof Usage, typeof count>);

const error = z.object({
  code: text,
  message: z.string(),
  stage: z.enum(stageNames),
  retryable: z.boolean(),
} satisfies Record<keyof JobError, z.ZodType>);

const endedAttempt = z.object({
  attempt: z.int().min(1),
  status: z.enum(["failed", "cancelled"]),
  startedAt: time.exactOptional(),
  endedAt: time,
  error: error.exactOptional(),
} satisfies Record<keyof EndedAttempt, z.ZodType>);

/** DynamoDB has no empty sets: one without members is absent. */
const batches = z.set(count, "must be a set of numbers").default(() => new Set<number>());

const common = {
  jobId: text,
  tenant: text,
  documentId: text,
  documentVersion: z.int().min(1),
  title: z.string().exactOptional(),
  contentType: text,
  filename: z.string().exactOptional(),
  parent: parent.exactOptional(),
  attributes: json(attributes),
  options: json(options),
  callbackUrl: z.string().exactOptional(),
  sizeBytes: count,
  submittedAt: time,
  attempt: z.int().min(1),
  reading: reading.exactOptional(),
  extraction: extraction.exactOptional(),
  fingerprint: z.string(),
  chunking: chunking.exactOptional(),
  metadataDone: batches,
  embeddingsDone: batches,
  publishing: z.boolean(),
  stored: z.object(stored).exactOptional(),
  queuedAt: time.exactOptional(),
  endedAttempts: z.array(endedAttempt).exactOptional(),
  extractionAt: time.exactOptional(),
  chunkingAt: time.exactOptional(),
  metadataAt: time.exactOptional(),
  embeddingsAt: time.exactOptional(),
  storageAt: time.exactOptional(),
  cancelRequestedAt: time.exactOptional(),
  retryRequestedAt: time.exactOptional(),
  announced: z.boolean(),
  version: z.int().min(1),
} satisfies Record<Exclude<keyof Job, "status">, z.ZodType>;

const schema = z.discriminatedUnion("status", [
  z.object({ ...common, status: z.literal("queued") }),
  z.object({ ...common, status: z.literal("processing"), startedAt: time, deadlineAt: time }),
  z.object({
    ...common,
    status: z.literal("completed"),
    startedAt: time,
    completedAt: time,
    result: z.object({ ...stored, usage }),
  }),
  z.object({
    ...common,
    status: z.literal("failed"),
    startedAt: time.exactOptional(),
    failedAt: time,
    error,
  }),
  z.object({
    ...common,
    status: z.literal("cancelled"),
    startedAt: time.exactOptional(),
    cancelledAt: time,
  }),
]);

export const jobFormat: ItemFormat<Job> = { schema, upgrades: [withAllUsage, withExtraction] };

/** Version 1 has no `schemaVersion`, and the results of its first jobs lack the counters that came later. */
function withAllUsage(item: Item): Item {
  const result = item["result"] as Item | undefined;
  if (result === undefined) return item;
  return { ...item, result: { ...result, usage: { ...noUsage, ...(result["usage"] as Item) } } };
}

/** Before documents were extracted, their text was read and fingerprinted when they were submitted. */
function withExtraction(item: Item): Item {
  const extraction = { contentType: item["contentType"], unreadablePages: [] };
  return { extraction, ...item };
}

/** Of an attribute that holds JSON. */
function json<Output>(schemaOf: z.ZodType<Output>) {
  return z
    .string()
    .transform((value, context) => {
      try {
        return JSON.parse(value) as unknown;
      } catch {
        context.addIssue("is not valid JSON");
        return z.NEVER;
      }
    })
    .pipe(schemaOf);
}
