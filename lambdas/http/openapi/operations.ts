/** The calls of the API: what each takes, what it answers, and how it refuses. */
import type * as z from "zod";
import { intakeRequestSchema, intakeSchema } from "../../contract/calls/admission-switch.ts";
import {
  chunkPageSchema,
  chunkQuerySchema,
  documentListQuerySchema,
  documentPageSchema,
  documentSchema,
} from "../../contract/calls/documents.ts";
import { healthSchema } from "../../contract/calls/health.ts";
import { acceptedSchema, ingestRequestSchema } from "../../contract/calls/ingest.ts";
import {
  jobListQuerySchema,
  jobPageSchema,
  jobQuerySchema,
  jobSchema,
} from "../../contract/calls/jobs.ts";
import { searchAnswerSchema, searchRequestSchema } from "../../contract/calls/search.ts";
import { uploadRequestSchema, uploadSchema } from "../../contract/calls/uploads.ts";
import { usageQuerySchema, usageReportSchema } from "../../contract/calls/usage.ts";
import type { RefusalCode } from "../../contract/refusals.ts";
import { retryableDays } from "../../contract/retention.ts";

/** Plain text, a page, or a part of a page. */
export type TextAnswer = "text" | "html" | "file";

export interface Operation {
  readonly method: "get" | "post" | "delete";
  /** Below the stage `v1`. */
  readonly path: `/${string}`;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  /** Answers anybody. @default false */
  readonly keyless?: true;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: z.ZodType;
  /** By status; `any` is an object that is not described further. */
  readonly answers: Readonly<Record<number, z.ZodType | "any" | TextAnswer>>;
  /** Beside those that every call with a key may give. */
  readonly refusals?: readonly RefusalCode[];
}

export const operations: readonly Operation[] = [
  {
    method: "post",
    path: "/ingest",
    id: "ingest",
    summary: "Queue a document",
    description:
      "Answers at once; the work is done by a job. A full queue answers 503 with `Retry-After`.",
    headers: {
      "Idempotency-Key":
        "1 to 255 visible ASCII characters. The same key within 24 hours is the same submission, and gets its first answer.",
    },
    body: ingestRequestSchema.meta({ id: "IngestRequest" }),
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
    summary: "See where a job stands",
    description:
      "With `after_version` it waits up to `wait_seconds` for a change (best effort), and then answers the job as it is.",
    query: jobQuerySchema,
    answers: { 200: jobSchema },
    refusals: ["invalid_request", "not_found"],
  },
  {
    method: "delete",
    path: "/jobs/{id}",
    id: "cancelJob",
    summary: "Cancel a job",
    description: "202 when the cancel was asked for; 200 when the job is cancelled already.",
    answers: { 200: jobSchema, 202: jobSchema },
    refusals: ["not_found", "already_publishing", "already_terminal"],
  },
  {
    method: "post",
    path: "/jobs/{id}/retry",
    id: "retryJob",
    summary: "Resume a failed or cancelled job where it stopped",
    description: `Until ${retryableDays} days after its submission, as its text is kept no longer.`,
    answers: { 202: acceptedSchema },
    refusals: ["not_found", "not_retryable", "queue_full"],
  },
  {
    method: "post",
    path: "/search",
    id: "search",
    summary: "Find passages",
    description:
      'By meaning, by words, or both. Everything that `filter` names must hold: `{"language": {"in": ["en", "de"]}, "attributes": {"year": {"gte": 2020}}}`.',
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
    summary: "List stored documents, by their ids",
    query: documentListQuerySchema,
    answers: { 200: documentPageSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "get",
    path: "/documents/{id}",
    id: "getDocument",
    summary: "See what is stored of a document",
    answers: { 200: documentSchema },
    refusals: ["not_found"],
  },
  {
    method: "delete",
    path: "/documents/{id}",
    id: "removeDocument",
    summary: "Take a document out of every search",
    description:
      "Answers the document as it was. Versions that were submitted before and are still being processed do not appear any more.",
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
    path: "/health",
    id: "health",
    summary: "See queue, slots, breakers and permits",
    description: "Limits, breakers and permits are shown to keys of role `operator`.",
    answers: { 200: healthSchema },
  },
  {
    method: "post",
    path: "/intake",
    id: "setIntake",
    summary: "Pause or open intake",
    description:
      "For keys of role `operator`. While it is paused, ingest and retry answer 503 with `Retry-After`; what is queued or runs goes on.",
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
    summary: "See what your jobs used in a month",
    query: usageQuerySchema,
    answers: { 200: usageReportSchema },
    refusals: ["invalid_request"],
  },
  {
    method: "get",
    path: "/openapi.json",
    id: "openapi",
    summary: "Read this document",
    keyless: true,
    answers: { 200: "any" },
  },
  {
    method: "get",
    path: "/console",
    id: "console",
    summary: "Open the console",
    description: "A web page that uses this API with the key that is typed into it.",
    keyless: true,
    answers: { 200: "html" },
  },
  {
    method: "get",
    path: "/console/{file}",
    id: "consoleFile",
    summary: "Load a part of the console",
    keyless: true,
    answers: { 200: "file" },
    refusals: ["not_found"],
  },
];
