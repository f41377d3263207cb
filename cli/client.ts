/** A typed client of the HTTP API, for the command line, the demo and tests. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { intakeRequestSchema } from "../lambdas/contract/calls/admission-switch.ts";
import { type IntakeAnswer, intakeSchema } from "../lambdas/contract/calls/admission-switch.ts";
import {
  type ChunkPageAnswer,
  chunkPageSchema,
  type DocumentAnswer,
  type DocumentPageAnswer,
  documentPageSchema,
  documentSchema,
} from "../lambdas/contract/calls/documents.ts";
import { type HealthAnswer, healthSchema } from "../lambdas/contract/calls/health.ts";
import type { ingestRequestSchema } from "../lambdas/contract/calls/ingest.ts";
import { type AcceptedAnswer, acceptedSchema } from "../lambdas/contract/calls/ingest.ts";
import {
  type JobAnswer,
  type JobPageAnswer,
  jobPageSchema,
  jobSchema,
} from "../lambdas/contract/calls/jobs.ts";
import type { searchRequestSchema } from "../lambdas/contract/calls/search.ts";
import { type SearchAnswer, searchAnswerSchema } from "../lambdas/contract/calls/search.ts";
import type { uploadRequestSchema } from "../lambdas/contract/calls/uploads.ts";
import { type UploadAnswer, uploadSchema } from "../lambdas/contract/calls/uploads.ts";
import { type UsageReport, usageReportSchema } from "../lambdas/contract/calls/usage.ts";
import { errorSchema } from "../lambdas/contract/errors.ts";
import { ApiError, outOfPatience, UnexpectedAnswerError, UnreachableError } from "./errors.ts";

/** Request types as clients write them: fields with a default are optional. */
export type IngestRequest = z.input<typeof ingestRequestSchema>;
export type IntakeRequest = z.input<typeof intakeRequestSchema>;
export type UploadRequest = z.input<typeof uploadRequestSchema>;
export type SearchRequest = z.input<typeof searchRequestSchema>;

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface JobQuery extends PageQuery {
  readonly status?: string;
  readonly document_id?: string;
}

/** A pause that the API asked for. */
export interface Pause {
  readonly seconds: number;
  readonly reason: ApiError;
}

export interface ClientOptions {
  /**
   * The URL with or without the stage: `http://127.0.0.1:8060` and `https://….amazonaws.com/v1`
   * both work.
   */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Maximum sum of the pauses of one call after 429 and 503. @default 0: the call throws immediately */
  readonly patienceMs?: number;
  /** True if the caller can change `patienceMs`; the error then suggests it. @default false */
  readonly patienceIsTold?: boolean;
  /** Called before each pause. */
  readonly onPause?: (pause: Pause) => void;
}

export interface Client {
  ingest(request: IngestRequest, options?: { idempotencyKey?: string }): Promise<AcceptedAnswer>;
  /** Creates an upload for a document that is too large for a request's body. */
  offerUpload(file: UploadRequest): Promise<UploadAnswer>;
  job(jobId: string, poll?: { waitSeconds: number; afterVersion: number }): Promise<JobAnswer>;
  jobs(query?: JobQuery): Promise<JobPageAnswer>;
  retry(jobId: string): Promise<AcceptedAnswer>;
  cancel(jobId: string): Promise<JobAnswer>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  documents(query?: PageQuery): Promise<DocumentPageAnswer>;
  /** @param page `from` is the index of the first chunk */
  chunks(documentId: string, page?: { from?: number; limit?: number }): Promise<ChunkPageAnswer>;
  /** Removes a document from every search; returns it as it was. */
  removeDocument(documentId: string): Promise<DocumentAnswer>;
  health(): Promise<HealthAnswer>;
  /** The usage of the key's tenant in a month such as `2026-11`. @default the current month, UTC */
  usage(month?: string): Promise<UsageReport>;
  /** Metrics in Prometheus' text format; needs an operator's key. */
  metrics(): Promise<string>;
  /** Pauses or resumes intake; needs an operator's key. */
  intake(request: IntakeRequest): Promise<IntakeAnswer>;
  /** Yields the job, then the job after each change, until it is terminal. */
  watch(jobId: string, options?: { waitSeconds?: number }): AsyncGenerator<JobAnswer>;
}

/** Time that a call may take beyond the wait that it asked the server for. */
const callTimeoutMs = 30_000;
/** Time between two polls if the server does not hold long polls open. */
const pollMs = 1_000;
/** The pause if the API asks for one without a duration. */
const defaultPauseSeconds = 2;

/**
 * Every method throws {@link ApiError} for an error response, {@link UnreachableError} if nothing
 * responds, and {@link UnexpectedAnswerError} for a response of an unknown shape.
 */
export function createClient(options: ClientOptions): Client {
  const base = baseUrl(options.apiUrl);
  const { apiKey, patienceMs = 0, patienceIsTold = false, onPause } = options;

  async function call<T>(schema: z.ZodType<T>, request: Call): Promise<T> {
    let patienceLeftMs = patienceMs;
    for (;;) {
      try {
        return await once(base, apiKey, schema, request);
      } catch (error) {
        if (!(error instanceof ApiError) || !error.retryable) throw error;
        const seconds = error.retryAfterSeconds ?? defaultPauseSeconds;
        if (seconds * 1_000 > patienceLeftMs) {
          throw patienceIsTold ? outOfPatience(error, seconds, patienceLeftMs / 1_000) : error;
        }
        patienceLeftMs -= seconds * 1_000;
        onPause?.({ seconds, reason: error });
        await sleep(seconds * 1_000);
      }
    }
  }

  const documentPath = (id: string) => `/documents/${encodeURIComponent(id)}`;
  const jobPath = (jobId: string) => `/jobs/${encodeURIComponent(jobId)}`;

  const client: Client = {
    ingest: (body, { idempotencyKey } = {}) =>
      call(acceptedSchema, {
        method: "POST",
        path: "/ingest",
        body,
        headers: idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey },
      }),
    offerUpload: (body) => call(uploadSchema, { method: "POST", path: "/uploads", body }),
    job: (jobId, poll) =>
      call(jobSchema, {
        method: "GET",
        path: jobPath(jobId),
        query: poll && { wait_seconds: poll.waitSeconds, after_version: poll.afterVersion },
        waitMs: (poll?.waitSeconds ?? 0) * 1_000,
      }),
    jobs: (query) => call(jobPageSchema, { method: "GET", path: "/jobs", query: { ...query } }),
    retry: (jobId) => call(acceptedSchema, { method: "POST", path: `${jobPath(jobId)}/retry` }),
    cancel: (jobId) => call(jobSchema, { method: "DELETE", path: jobPath(jobId) }),
    search: (body) => call(searchAnswerSchema, { method: "POST", path: "/search", body }),
    documents: (query) =>
      call(documentPageSchema, { method: "GET", path: "/documents", query: { ...query } }),
    chunks: (documentId, page) =>
      call(chunkPageSchema, {
        method: "GET",
        path: `${documentPath(documentId)}/chunks`,
        query: { ...page },
      }),
    removeDocument: (documentId) =>
      call(documentSchema, { method: "DELETE", path: documentPath(documentId) }),
    health: () => call(healthSchema, { method: "GET", path: "/health" }),
    usage: (month) => call(usageReportSchema, { method: "GET", path: "/usage", query: { month } }),
    metrics: () => call(z.string(), { method: "GET", path: "/metrics", text: true }),
    intake: (body) => call(intakeSchema, { method: "POST", path: "/intake", body }),
    async *watch(jobId, { waitSeconds = 10 } = {}) {
      let job = await client.job(jobId);
      yield job;
      while (!job.terminal) {
        const askedAt = performance.now();
        const next = await client.job(jobId, { waitSeconds, afterVersion: job.version });
        if (next.version !== job.version) yield next;
        job = next;
        const early = performance.now() - askedAt < pollMs;
        if (early && !job.terminal) await sleep(pollMs);
      }
    },
  };
  return client;
}

interface Call {
  readonly method: "GET" | "POST" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** The response is not JSON. */
  readonly text?: true;
  /** How long the server is asked to hold the call. */
  readonly waitMs?: number;
}

/** Every path includes the stage `v1`, whether or not the given URL ends with it. */
export function baseUrl(apiUrl: string): string {
  const url = apiUrl.replace(/\/+$/, "");
  return /\/v1(?:\/|$)/.test(new URL(url).pathname) ? url : `${url}/v1`;
}

async function once<T>(base: string, apiKey: string, schema: z.ZodType<T>, call: Call): Promise<T> {
  const url = new URL(base + call.path);
  for (const [name, value] of Object.entries(call.query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const signal = AbortSignal.timeout(callTimeoutMs + (call.waitMs ?? 0));
  const response = await fetch(url, {
    method: call.method,
    headers: {
      "x-api-key": apiKey,
      ...(call.body === undefined ? {} : { "content-type": "application/json" }),
      ...call.headers,
    },
    signal,
    ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
  }).catch((error: unknown) => {
    throw new UnreachableError(base, error);
  });
  const text = await response.text();
  const answer = call.text && response.ok ? text : parseJson(text);
  if (!response.ok) {
    const known = errorSchema.safeParse(answer);
    if (!known.success) throw new UnexpectedAnswerError(url, response.status, text);
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    throw new ApiError(
      response.status,
      known.data,
      Number.isFinite(retryAfter) ? retryAfter : known.data.retry_after_seconds,
    );
  }
  const parsed = schema.safeParse(answer);
  if (!parsed.success) throw new UnexpectedAnswerError(url, response.status, text);
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
