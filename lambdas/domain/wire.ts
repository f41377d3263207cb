/**
 * The JSON of answers, as clients see it. Steps answer in these shapes, the
 * OpenAPI document describes them, and clients parse by them.
 */
import * as z from "zod";
import { intakeShape } from "./intake-wire.ts";
import { jobStatuses, stageNames } from "./job.ts";
import { metadataShape } from "./metadata-shape.ts";
import { refusalStatus } from "./refusals.ts";

const time = z.iso.datetime().describe("ISO 8601, UTC");
const count = z.int().min(0);

/** The 202 of ingest and of retry. */
export const acceptedSchema = z
  .object({
    job_id: z.string(),
    document_id: z.string(),
    document_version: z.int().min(1),
    status: z.literal("queued"),
    status_url: z.string(),
    queue_position: count.describe("From 1; 0 when the job has started already"),
    estimated_wait_seconds: count,
  })
  .meta({ id: "Accepted" });
export type AcceptedAnswer = z.infer<typeof acceptedSchema>;

const stageSchema = z
  .object({
    status: z.enum(["pending", "running", "done", "failed"]),
    done: count.describe("Chunks"),
    total: count.nullable().describe("Chunks; null until the document is chunked"),
    percent: z.int().min(0).max(100),
    held_until: time
      .optional()
      .describe(
        "There while the stage's provider does not answer: calls are held back until then, when one tries it again; a time that has passed means that it is tried just now",
      ),
  })
  .meta({ id: "Stage" });

const usageSchema = z
  .object({
    llm_calls: count,
    embedding_calls: count,
    prompt_tokens: count,
    completion_tokens: count,
    embedding_tokens: count,
    metadata_cache_hits: count,
    embedding_cache_hits: count,
    estimated_cost_usd: z
      .number()
      .min(0)
      .optional()
      .describe("By the price of the tokens; missing where a model's price is not known"),
  })
  .meta({ id: "Usage" });

const failedChunkSchema = z.object({ index: count, code: z.string(), message: z.string() });

export const resultSchema = z
  .object({
    document_id: z.string(),
    document_version: z
      .int()
      .min(1)
      .describe("What the job stored or found unchanged; if `superseded`, what it skipped"),
    chunk_count: count,
    embedding_model: z.string(),
    dimensions: z.int().min(1),
    unchanged: z.boolean().describe("Content and options were stored already; nothing was done"),
    superseded: z.boolean().describe("A later version was stored first; this one was skipped"),
    degraded: z.boolean().describe("Some chunks are stored without metadata"),
    failed_chunks: z.array(failedChunkSchema).max(100),
    failed_chunk_count: count.describe("All of them, also those not listed"),
    usage: usageSchema,
  })
  .meta({ id: "Result" });

export const jobErrorSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    stage: z.enum(stageNames),
    retryable: z.boolean().describe("Whether a retry can help without changing the document"),
  })
  .meta({ id: "JobError" });

export const jobSchema = z
  .object({
    job_id: z.string(),
    document_id: z.string(),
    document_version: z.int().min(1),
    status: z.enum(jobStatuses),
    terminal: z.boolean(),
    progress: z.int().min(0).max(100).describe("Never falls; 100 only when completed"),
    stages: z.object(
      Object.fromEntries(stageNames.map((name) => [name, stageSchema])) as Record<
        (typeof stageNames)[number],
        typeof stageSchema
      >,
    ),
    attempt: z.int().min(1),
    queue_position: count.optional(),
    estimated_wait_seconds: count.optional(),
    submitted_at: time,
    started_at: time.optional(),
    completed_at: time.optional(),
    failed_at: time.optional(),
    cancelled_at: time.optional(),
    cancel_requested_at: time.optional(),
    result: resultSchema.optional(),
    error: jobErrorSchema.optional(),
    version: count.describe("Rises with every change; what long polls wait for"),
  })
  .meta({ id: "Job" });
export type JobAnswer = z.infer<typeof jobSchema>;

export const jobPageSchema = z
  .object({ jobs: z.array(jobSchema), next_cursor: z.string().optional() })
  .meta({ id: "JobPage" });
export type JobPageAnswer = z.infer<typeof jobPageSchema>;

const searchResultSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1),
    title: z.string().optional(),
    chunk_index: count,
    headings: z.array(z.string()).optional(),
    text: z.string(),
    score: z.number().describe("Higher is better; comparable within one answer only"),
    metadata: metadataShape.optional().describe("Missing where the provider refused the chunk"),
  })
  .meta({ id: "SearchResult" });

export const searchAnswerSchema = z
  .object({ results: z.array(searchResultSchema) })
  .meta({ id: "SearchResults" });
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

const breakerSchema = z
  .object({
    state: z.enum(["closed", "open", "half-open"]),
    failures: count,
    opened_at: time.optional(),
  })
  .meta({ id: "Breaker" });
const permitsSchema = z.object({ in_use: count, cap: count }).meta({ id: "Permits" });

/** Keys of role `operator` also see limits, breakers and permits. */
export const healthSchema = z
  .object({
    status: z.string(),
    queue_size: count,
    active_jobs: count,
    ...intakeShape,
    version: z.string(),
    limits: z.record(z.string(), z.number()).optional(),
    breakers: z.object({ llm: breakerSchema, embeddings: breakerSchema }).optional(),
    permits: z.object({ llm: permitsSchema, embeddings: permitsSchema }).optional(),
  })
  .meta({ id: "Health" });
export type HealthAnswer = z.infer<typeof healthSchema>;

const codes = Object.keys(refusalStatus) as [keyof typeof refusalStatus];

/** Every answer that is not 2xx. */
export const errorSchema = z
  .looseObject({
    error: z.string(),
    code: z.enum(codes),
    request_id: z.string(),
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    job_id: z.string().optional().describe("With `queue_full`: for the logs, it names no job"),
    queue_size: count.optional(),
    retry_after_seconds: count.optional(),
  })
  .meta({ id: "Error" });
export type ErrorAnswer = z.infer<typeof errorSchema>;
