/** The calls of the API: parameters, responses and refusals of each. */
import type * as z from "zod";
import { intakeRequestSchema, intakeSchema } from "../../contract/calls/admission-switch.ts";
import { batchAnswerSchema, batchRequestSchema } from "../../contract/calls/batch.ts";
import {
  chunkPageSchema,
  chunkQuerySchema,
  contentQuerySchema,
  documentListQuerySchema,
  documentPageSchema,
  documentSchema,
} from "../../contract/calls/documents.ts";
import { healthSchema } from "../../contract/calls/health.ts";
import {
  aboutFileQuery,
  acceptedSchema,
  ingestRequestSchema,
} from "../../contract/calls/ingest.ts";
import {
  jobListQuerySchema,
  jobPageSchema,
  jobQuerySchema,
  jobSchema,
} from "../../contract/calls/jobs.ts";
import { searchAnswerSchema, searchRequestSchema } from "../../contract/calls/search.ts";
import { uploadRequestSchema, uploadSchema } from "../../contract/calls/uploads.ts";
import { usageQuerySchema, usageReportSchema } from "../../contract/calls/usage.ts";
import { maxBatchItems } from "../../contract/limits.ts";
import type { RefusalCode } from "../../contract/refusals.ts";
import { retentionDays, retryableDays } from "../../contract/retention.ts";

/** Plain text, a page, or an asset of the page. */
export type TextAnswer = "text" | "html" | "file";

export interface Operation {
  readonly method: "get" | "post" | "delete";
  /** The path below the stage `v1`. */
  readonly path: `/${string}`;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Needs no key. @default false */
  readonly keyless?: true;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodType;
  /** The body may also be a file, which the query describes. @default false */
  readonly file?: true;
  /** Responses by status; `any` is an object without further description. */
  readonly answers: Readonly<Record<number, z.ZodType | "any" | TextAnswer>>;
  /** Refusals beside those that every call with a key can get. */
  readonly refusals?: readonly RefusalCode[];
}

export const operations: readonly Operation[] = [
  {
    method: "post",
    path: "/ingest",
    id: "ingest",
    summary: "Queue a document",
    description:
      "Responds immediately with a job that does the work. The body is JSON, or the file itself under its own content type; then the query says the rest. If the queue is full, it responds with 503 and `Retry-After`.",
    headers: {
      "Idempotency-Key":
        "1 to 255 visible ASCII characters. Repeating a request with the same key within 24 hours returns the first response.",
    },
    query: aboutFileQuery,
    body: ingestRequestSchema.meta({ id: "IngestRequest" }),
    file: true,
    answers: { 202: acceptedSchema },
    refusals: [
      "invalid_request",
      "empty_document",
      "document_too_large",
      "unsupported_type",
      "idempotency_mismatch",
      "queue_full",
    ],
  },
  {
    method: "post",
    path: "/ingest/batch",
    id: "ingestBatch",
    summary: "Queue several documents",
    description: `Up to ${maxBatchItems} documents, and 4 MB of JSON. Each is accepted or refused for itself, in the order of \`items\` for those of one document. The response is 200 if the batch could be read; the status of each document is in its item.`,
    headers: {
      "Idempotency-Key":
        "1 to 255 visible ASCII characters, for the documents without an `idempotency_key`. If you repeat the request with the same key and items, each accepted document is answered by its first response, and each refused one is tried again.",
    },
    body: batchRequestSchema,
    answers: { 200: batchAnswerSchema },
    refusals: ["invalid_request", "document_too_large"],
  },
  {
    method: "get",
    path: "/jobs",
    id: "listJobs",
    summary: "List jobs, newest first",
    query: jobListQuerySchema,
    answers: { 200: jobPageSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "get",
    path: "/jobs/{id}",
    id: "getJob",
    summary: "Get a job",
    description:
      "With `after_version`, the call waits up to `wait_seconds` for a change (best effort) and then returns the current job.",
    query: jobQuerySchema,
    answers: { 200: jobSchema },
    refusals: ["invalid_request", "not_found"],
  },
  {
    method: "delete",
    path: "/jobs/{id}",
    id: "cancelJob",
    summary: "Cancel a job",
    description: "202 if the cancellation was requested; 200 if the job is already cancelled.",
    answers: { 200: jobSchema, 202: jobSchema },
    refusals: ["not_found", "already_publishing", "already_terminal"],
  },
  {
    method: "post",
    path: "/jobs/{id}/retry",
    id: "retryJob",
    summary: "Resume a failed or cancelled job from where it stopped",
    description: `Possible until ${retentionDays} days after the job ended, and at most ${retryableDays} days after its submission.`,
    answers: { 202: acceptedSchema },
    refusals: ["not_found", "not_retryable", "queue_full"],
  },
  {
    method: "post",
    path: "/search",
    id: "search",
    summary: "Search passages",
    description:
      'Searches by meaning, by words, or by both. A passage must meet every condition of `filter`: `{"language": {"in": ["en", "de"]}, "attributes": {"year": {"gte": 2020}}}`.',
    body: searchRequestSchema.meta({ id: "SearchRequest" }),
    answers: { 200: searchAnswerSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "post",
    path: "/uploads",
    id: "offerUpload",
    summary: "Get a place for a document that is too large for a request's body",
    description:
      "Send the file with the method and headers of the answer, then ingest it by its `upload_id`.",
    body: uploadRequestSchema.meta({ id: "UploadRequest" }),
    answers: { 201: uploadSchema },
    refusals: ["invalid_request", "document_too_large", "unsupported_type"],
  },
  {
    method: "get",
    path: "/documents",
    id: "listDocuments",
    summary: "List stored documents, sorted by id",
    query: documentListQuerySchema,
    answers: { 200: documentPageSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "get",
    path: "/documents/{id}",
    id: "getDocument",
    summary: "Get a stored document",
    answers: { 200: documentSchema },
    refusals: ["not_found"],
  },
  {
    method: "delete",
    path: "/documents/{id}",
    id: "removeDocument",
    summary: "Remove a document from every search",
    description:
      "Returns the document as it was. Versions that were submitted earlier and are still being processed do not become searchable.",
    answers: { 200: documentSchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/documents/{id}/chunks",
    id: "listChunks",
    summary: "Read a document's chunks, with their metadata and vectors",
    query: chunkQuerySchema,
    answers: { 200: chunkPageSchema },
    refusals: ["invalid_request", "not_found"],
  },
  {
    method: "get",
    path: "/documents/{id}/content",
    id: "getContent",
    summary: "Read a document's text as it was indexed, or the file that was sent",
    description:
      "The text is Markdown; chunks are slices of it. A text over 5 MB, and every file, is answered by a redirect to a temporary address. Both are kept for 60 days after the submission that stored them.",
    query: contentQuerySchema,
    answers: { 200: "text", 303: "any" },
    refusals: ["invalid_request", "not_found"],
  },
  {
    method: "get",
    path: "/health",
    id: "health",
    summary: "Get the queue, slots, breakers and permits",
    description: "Limits, breakers and permits are shown to keys of role `operator`.",
    answers: { 200: healthSchema },
  },
  {
    method: "post",
    path: "/intake",
    id: "setIntake",
    summary: "Pause or resume intake",
    description:
      "Requires a key with the role `operator`. While intake is paused, ingest and retry respond with 503 and `Retry-After`. Queued and running jobs continue.",
    body: intakeRequestSchema.meta({ id: "IntakeRequest" }),
    answers: { 200: intakeSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "get",
    path: "/metrics",
    id: "metrics",
    summary: "Read every metric, in Prometheus' text format",
    description: "For keys of role `operator`.",
    answers: { 200: "text" },
  },
  {
    method: "get",
    path: "/usage",
    id: "usage",
    summary: "Get the usage of your jobs in a month",
    query: usageQuerySchema,
    answers: { 200: usageReportSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "openapi",
    summary: "Get this OpenAPI document",
    keyless: true,
    answers: { 200: "any" },
  },
  {
    method: "get",
    path: "/console",
    id: "console",
    summary: "Open the console",
    description: "A web page that uses this API with the key that you enter.",
    keyless: true,
    answers: { 200: "html" },
  },
  {
    method: "get",
    path: "/console/{file}",
    id: "consoleFile",
    summary: "Get an asset of the console",
    keyless: true,
    answers: { 200: "file" },
    refusals: ["not_found"],
  },
];
