import * as z from "zod";
import { count, cursor, documentId, pageSize, time, wholeNumber } from "../fields.ts";
import { lastFailureSchema } from "../last-failure.ts";
import { jobStatuses, skipReasons, stageNames } from "../vocabulary.ts";

/** `GET /v1/jobs/{id}`; a long poll if `after_version` is given. */
export const jobQuerySchema = z.strictObject({
  wait_seconds: wholeNumber(0, 20).default(0).describe("Default: 0"),
  after_version: wholeNumber(0).optional(),
});

export type JobQueryParameters = z.infer<typeof jobQuerySchema>;

/** `GET /v1/jobs` */
export const jobListQuerySchema = z.strictObject({
  status: z.enum(jobStatuses).optional(),
  document_id: documentId.optional(),
  limit: pageSize,
  cursor: cursor.optional(),
});

export type JobListParameters = z.infer<typeof jobListQuerySchema>;

const stageSchema = z
  .object({
    status: z.enum(["pending", "running", "done", "failed"]),
    done: count.describe("Chunks; of `extraction`, pages, slides or sheets"),
    total: count
      .nullable()
      .describe(
        "Chunks; null until the document is chunked. Of `extraction`, pages, slides or sheets; null if the format has none",
      ),
    percent: z.int().min(0).max(100),
    held_until: time
      .optional()
      .describe(
        "Present while the model provider does not answer: the stage waits until this time, then one call tries the provider again. If the time has passed, that call is in flight",
      ),
    updated_at: time
      .optional()
      .describe("When the stage last got further, perhaps in an earlier attempt"),
    last_failure: lastFailureSchema
      .optional()
      .describe(
        "Present while the model provider fails: with `held_until`, or after calls have failed for ten seconds without a success",
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
      .describe("Computed from the prices of the tokens; missing if a price is not known"),
  })
  .meta({ id: "Usage" });

const failedChunkSchema = z
  .object({ index: count, code: z.string(), message: z.string() })
  .meta({ id: "FailedChunk" });

const attachmentSchema = z
  .object({
    filename: z.string(),
    content_type: z.string(),
    size_bytes: count,
    document_id: z.string().optional(),
    job_id: z
      .string()
      .optional()
      .describe("The job exists as soon as the queue has room for it; until then it is not found"),
    skipped: z
      .enum(skipReasons)
      .optional()
      .describe(
        "Why it becomes no document. `over_bounds`: it lies too deep in mails within mails, or is one of too many",
      ),
  })
  .meta({ id: "Attachment" });

export const resultSchema = z
  .object({
    document_id: z.string(),
    document_version: z.int().min(1),
    chunk_count: count.describe(
      "Chunks that the job stored or found unchanged; if `superseded`, chunks that it skipped",
    ),
    embedding_model: z.string(),
    dimensions: z.int().min(1),
    unchanged: z
      .boolean()
      .describe("The same content and options were already stored; the job did nothing"),
    superseded: z.boolean().describe("A later version was stored first; the job skipped this one"),
    degraded: z
      .boolean()
      .describe("Some chunks are stored without metadata, or some pages could not be read"),
    unreadable_pages: z
      .array(z.int().min(1))
      .optional()
      .describe(
        "Pages that show something but hold no text, such as scanned ones. Run text recognition (OCR) on the file and send the result",
      ),
    attachments: z
      .array(attachmentSchema)
      .optional()
      .describe("Files within the document (mail). Each becomes a document of its own, if it can"),
    failed_chunks: z.array(failedChunkSchema).max(100),
    failed_chunk_count: count.describe("Number of all failed chunks, including those not listed"),
    usage: usageSchema,
  })
  .meta({ id: "Result" });

export const jobErrorSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    stage: z.enum(stageNames),
    retryable: z.boolean().describe("True if a retry can succeed without a change to the document"),
  })
  .meta({ id: "JobError" });

const endedAttemptSchema = z
  .object({
    attempt: z.int().min(1),
    status: z.enum(["failed", "cancelled"]),
    started_at: time.optional(),
    ended_at: time,
    error: jobErrorSchema.optional(),
  })
  .meta({ id: "EndedAttempt" });

export const jobSchema = z
  .object({
    job_id: z.string(),
    document_id: z.string(),
    document_version: z.int().min(1),
    status: z.enum(jobStatuses),
    terminal: z.boolean(),
    progress: z.int().min(0).max(100).describe("Never decreases; 100 only if completed"),
    stages: z.object(
      Object.fromEntries(stageNames.map((name) => [name, stageSchema])) as Record<
        (typeof stageNames)[number],
        typeof stageSchema
      >,
    ),
    attempt: z.int().min(1),
    queue_position: count.optional(),
    estimated_wait_seconds: count.optional(),
    parent: z
      .object({ document_id: z.string(), job_id: z.string() })
      .optional()
      .describe("Of an attachment: the mail that brought it"),
    submitted_at: time,
    queued_at: time.optional().describe("Of the latest retry: when the job began to wait again"),
    started_at: time.optional(),
    completed_at: time.optional(),
    failed_at: time.optional(),
    cancelled_at: time.optional(),
    cancel_requested_at: time.optional(),
    result: resultSchema.optional(),
    error: jobErrorSchema.optional(),
    ended_attempts: z
      .array(endedAttemptSchema)
      .max(10)
      .optional()
      .describe("How the latest attempts before this one ended, oldest first"),
    execution_arn: z
      .string()
      .optional()
      .describe("Of the latest attempt, once it started; for an operator's key"),
    version: count.describe(
      "Increases with every change; pass it as `after_version` to a long poll",
    ),
  })
  .meta({ id: "Job" });

export type JobAnswer = z.infer<typeof jobSchema>;

export const jobPageSchema = z
  .object({ jobs: z.array(jobSchema), next_cursor: z.string().optional() })
  .meta({ id: "JobPage" });

export type JobPageAnswer = z.infer<typeof jobPageSchema>;
