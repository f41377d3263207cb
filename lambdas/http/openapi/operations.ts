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
  redirectSchema,
  removalSchema,
} from "../../contract/calls/documents.ts";
import { healthSchema } from "../../contract/calls/health.ts";
import {
  aboutFileQuery,
  acceptedSchema,
  batchKeySchema,
  idempotencyKeySchema,
  ingestBodySchema,
} from "../../contract/calls/ingest.ts";
import {
  jobListQuerySchema,
  jobPageSchema,
  jobQuerySchema,
  jobSchema,
} from "../../contract/calls/jobs.ts";
import { providersSchema } from "../../contract/calls/providers.ts";
import {
  reindexQuerySchema,
  reindexRequestSchema,
  reindexSchema,
} from "../../contract/calls/reindex.ts";
import { searchAnswerSchema, searchRequestSchema } from "../../contract/calls/search.ts";
import {
  sourceListSchema,
  sourceObjectsQuerySchema,
  sourceObjectsSchema,
  sourceSchema,
} from "../../contract/calls/sources.ts";
import { uploadRequestSchema, uploadSchema } from "../../contract/calls/uploads.ts";
import { usageQuerySchema, usageReportSchema } from "../../contract/calls/usage.ts";
import {
  deliveryListQuerySchema,
  deliveryPageSchema,
  deliverySchema,
  webhookSecretSchema,
} from "../../contract/calls/webhooks.ts";
import { maxBatchItems } from "../../contract/limits.ts";
import type { RefusalCode } from "../../contract/refusals.ts";
import { retentionDays, retryableDays } from "../../contract/retention.ts";

/** A text by its media type. */
export type TextAnswer = "text/plain" | "text/markdown" | "text/html" | "text/*";

export type Tag =
  | "Documents"
  | "Jobs"
  | "Search"
  | "Sources"
  | "Webhooks"
  | "Operations"
  | "Reference";

export interface Operation {
  readonly method: "get" | "post" | "delete";
  /** The path below the stage `v1`. */
  readonly path: `/${string}`;
  readonly id: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  /** Needs no key. @default false */
  readonly keyless?: true;
  /** @default none; an unknown parameter is refused, except by the page */
  readonly query?: z.ZodObject;
  /** What the `{id}` of the path names. */
  readonly pathId?: "job" | "document" | "source";
  readonly headers?: z.ZodObject;
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
    tag: "Documents",
    summary: "Queue a document",
    description:
      "Responds immediately with a job that does the work. The body is JSON, or the file itself under its own content type; then the query says the rest. If the queue is full, it responds with 503 and `Retry-After`.",
    headers: idempotencyKeySchema,
    query: aboutFileQuery,
    body: ingestBodySchema,
    file: true,
    answers: { 202: acceptedSchema },
    refusals: ["empty_document", "not_found", "idempotency_mismatch", "queue_full"],
  },
  {
    method: "post",
    path: "/ingest/batch",
    id: "ingestBatch",
    tag: "Documents",
    summary: "Queue several documents",
    description: `Up to ${maxBatchItems} documents, and 4 MB of JSON. Each is accepted or refused for itself, in the order of \`items\` for those of one document. The response is 200 if the batch could be read; the status of each document is in its item.`,
    headers: batchKeySchema,
    body: batchRequestSchema,
    answers: { 200: batchAnswerSchema },
    refusals: ["invalid_request", "document_too_large"],
  },
  {
    method: "get",
    path: "/jobs",
    id: "listJobs",
    tag: "Jobs",
    summary: "List jobs, newest first",
    query: jobListQuerySchema,
    answers: { 200: jobPageSchema },
  },
  {
    method: "get",
    path: "/jobs/{id}",
    pathId: "job",
    id: "getJob",
    tag: "Jobs",
    summary: "Get a job",
    description:
      "With `after_version`, the call waits up to `wait_seconds` for a change (best effort) and then returns the current job.",
    query: jobQuerySchema,
    answers: { 200: jobSchema },
    refusals: ["not_found"],
  },
  {
    method: "delete",
    path: "/jobs/{id}",
    pathId: "job",
    id: "cancelJob",
    tag: "Jobs",
    summary: "Cancel a job",
    description: "202 if the cancellation was requested; 200 if the job is already cancelled.",
    answers: { 200: jobSchema, 202: jobSchema },
    refusals: ["not_found", "already_publishing", "already_terminal"],
  },
  {
    method: "post",
    path: "/jobs/{id}/retry",
    pathId: "job",
    id: "retryJob",
    tag: "Jobs",
    summary: "Resume a failed or cancelled job from where it stopped",
    description: `Possible until ${retentionDays} days after the job ended, and at most ${retryableDays} days after its submission.`,
    answers: { 202: acceptedSchema },
    refusals: ["not_found", "not_retryable", "queue_full"],
  },
  {
    method: "post",
    path: "/search",
    id: "search",
    tag: "Search",
    summary: "Search passages",
    description:
      'Searches by meaning, by words, or by both. A passage must meet every condition of `filter`: `{"language": {"in": ["en", "de"]}, "attributes": {"year": {"gte": 2020}}}`.',
    body: searchRequestSchema.meta({ id: "SearchRequest" }),
    answers: { 200: searchAnswerSchema },
  },
  {
    method: "post",
    path: "/uploads",
    id: "offerUpload",
    tag: "Documents",
    summary: "Get a place for a document that is too large for a request's body",
    description:
      "Send the file with the method and headers of the answer, then ingest it by its `upload_id`.",
    body: uploadRequestSchema.meta({ id: "UploadRequest" }),
    answers: { 201: uploadSchema },
  },
  {
    method: "get",
    path: "/documents",
    id: "listDocuments",
    tag: "Documents",
    summary: "List stored documents, sorted by id",
    query: documentListQuerySchema,
    answers: { 200: documentPageSchema },
  },
  {
    method: "get",
    path: "/documents/{id}",
    pathId: "document",
    id: "getDocument",
    tag: "Documents",
    summary: "Get a stored document",
    answers: { 200: documentSchema },
    refusals: ["not_found"],
  },
  {
    method: "delete",
    path: "/documents/{id}",
    pathId: "document",
    id: "removeDocument",
    tag: "Documents",
    summary: "Remove a document from every search",
    description:
      "200 with the document as it was. 202 if nothing was stored of it yet. Versions that were submitted earlier and are still being processed do not become searchable, and their jobs are cancelled.",
    answers: { 200: documentSchema, 202: removalSchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/documents/{id}/chunks",
    pathId: "document",
    id: "listChunks",
    tag: "Documents",
    summary: "Read a document's chunks, with their metadata and vectors",
    query: chunkQuerySchema,
    answers: { 200: chunkPageSchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/documents/{id}/content",
    pathId: "document",
    id: "getContent",
    tag: "Documents",
    summary: "Read a document's text as it was indexed, or the file that was sent",
    description:
      "The text is Markdown; chunks are slices of it. A text over 5 MB, and every file, is answered by a redirect to a temporary address. Both are kept for 60 days after the submission that stored them.",
    query: contentQuerySchema,
    answers: { 200: "text/markdown", 303: redirectSchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/webhooks/deliveries",
    id: "listDeliveries",
    tag: "Webhooks",
    summary: "List webhooks, newest first",
    description: "Webhooks of the last 30 days, with why the last attempt failed.",
    query: deliveryListQuerySchema,
    answers: { 200: deliveryPageSchema },
  },
  {
    method: "post",
    path: "/webhooks/deliveries/{id}/replay",
    pathId: "document",
    id: "replayDelivery",
    tag: "Webhooks",
    summary: "Send a webhook again",
    answers: { 202: deliverySchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/webhooks/secret",
    id: "getWebhookSecret",
    tag: "Webhooks",
    summary: "Get the secret that signs your webhooks",
    answers: { 200: webhookSecretSchema },
  },
  {
    method: "post",
    path: "/webhooks/secret",
    id: "rotateWebhookSecret",
    tag: "Webhooks",
    summary: "Replace the secret; requests are signed with both for a day",
    answers: { 200: webhookSecretSchema },
  },
  {
    method: "get",
    path: "/sources",
    id: "listSources",
    tag: "Sources",
    summary: "List your buckets whose objects are ingested by themselves, with their progress",
    answers: { 200: sourceListSchema },
  },
  {
    method: "get",
    path: "/sources/{id}",
    id: "getSource",
    pathId: "source",
    tag: "Sources",
    summary: "Get a source and its progress",
    answers: { 200: sourceSchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/sources/{id}/objects",
    id: "listSourceObjects",
    pathId: "source",
    tag: "Sources",
    summary: "List the objects of a source that are not stored, with the reasons",
    query: sourceObjectsQuerySchema,
    answers: { 200: sourceObjectsSchema },
    refusals: ["invalid_request", "not_found"],
  },
  {
    method: "post",
    path: "/sources/{id}/pause",
    id: "pauseSource",
    pathId: "source",
    tag: "Sources",
    summary: "Stop to ingest and to remove objects of a source",
    description: "Running jobs continue, and changes are noticed meanwhile.",
    answers: { 200: sourceSchema },
    refusals: ["not_found"],
  },
  {
    method: "post",
    path: "/sources/{id}/resume",
    id: "resumeSource",
    pathId: "source",
    tag: "Sources",
    summary: "Continue with a paused source",
    answers: { 200: sourceSchema },
    refusals: ["not_found"],
  },
  {
    method: "post",
    path: "/sources/{id}/sync",
    id: "syncSource",
    pathId: "source",
    tag: "Sources",
    summary: "Compare a source's bucket with what was ingested, within a minute",
    description: "This also happens once a day. A paused source is compared when it is resumed.",
    answers: { 200: sourceSchema },
    refusals: ["not_found"],
  },
  {
    method: "get",
    path: "/health",
    id: "health",
    tag: "Operations",
    summary: "Get the queue, slots, breakers and permits",
    description: "Limits, breakers and permits are shown to keys of role `operator`.",
    answers: { 200: healthSchema },
  },
  {
    method: "post",
    path: "/intake",
    id: "setIntake",
    tag: "Operations",
    summary: "Pause or resume intake",
    description:
      "Requires a key with the role `operator`. While intake is paused, ingest and retry respond with 503 and `Retry-After`. Queued and running jobs continue.",
    body: intakeRequestSchema.meta({ id: "IntakeRequest" }),
    answers: { 200: intakeSchema },
  },
  {
    method: "post",
    path: "/providers/check",
    id: "checkProviders",
    tag: "Operations",
    summary: "Make one call of each model provider",
    description:
      "Requires a key with the role `operator`. The calls are made as jobs make them, and count against the same caps. A failed one says what to repair.",
    answers: { 200: providersSchema },
  },
  {
    method: "post",
    path: "/reindex",
    id: "startReindex",
    tag: "Operations",
    summary: "Move a tenant's documents to the configured embedding model",
    description:
      "Requires a key with the role `operator`. The stored texts are embedded again; searches continue meanwhile. A reindex that runs already is shown. With `cancel`, it ends, and documents that have moved stay moved.",
    body: reindexRequestSchema.meta({ id: "ReindexRequest" }),
    answers: { 200: reindexSchema, 202: reindexSchema },
  },
  {
    method: "get",
    path: "/reindex",
    id: "getReindex",
    tag: "Operations",
    summary: "See how far a reindex is",
    description: "For keys of role `operator`.",
    query: reindexQuerySchema,
    answers: { 200: reindexSchema },
  },
  {
    method: "get",
    path: "/metrics",
    id: "metrics",
    tag: "Operations",
    summary: "Read every metric, in Prometheus' text format",
    description: "For keys of role `operator`.",
    answers: { 200: "text/plain" },
  },
  {
    method: "get",
    path: "/usage",
    id: "usage",
    tag: "Operations",
    summary: "Get the usage of your jobs in a month",
    query: usageQuerySchema,
    answers: { 200: usageReportSchema },
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "openapi",
    tag: "Reference",
    summary: "Get this OpenAPI document",
    keyless: true,
    answers: { 200: "any" },
  },
  {
    method: "get",
    path: "/console",
    id: "console",
    tag: "Reference",
    summary: "Open the console",
    description: "A web page that uses this API with the key that you enter.",
    keyless: true,
    answers: { 200: "text/html" },
  },
  {
    method: "get",
    path: "/console/{file}",
    id: "consoleFile",
    tag: "Reference",
    summary: "Get an asset of the console",
    keyless: true,
    answers: { 200: "text/*" },
    refusals: ["not_found"],
  },
];
