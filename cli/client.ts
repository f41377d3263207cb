/** A typed client of the HTTP API, for the command line, the demo and tests. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import type { intakeRequestSchema } from "../lambdas/contract/calls/admission-switch.ts";
import { type IntakeAnswer, intakeSchema } from "../lambdas/contract/calls/admission-switch.ts";
import {
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

/** As clients write it: what has a default may be left out. */
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
  /** With or without the stage: `http://127.0.0.1:8060` and `https://….amazonaws.com/v1` both do. */
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Longest sum of the pauses that one call makes on 429 and 503. @default 0: such answers are thrown at once */
  readonly patienceMs?: number;
  /** Whether the caller can say how patient it is; then it is told so when patience ends. @default false */
  readonly patienceIsTold?: boolean;
  /** Told before each such pause. */
  readonly onPause?: (pause: Pause) => void;
}

export interface Client {
  ingest(request: IngestRequest, options?: { idempotencyKey?: string }): Promise<AcceptedAnswer>;
  /** A place to put a document that is too large for a request's body. */
  offerUpload(file: UploadRequest): Promise<UploadAnswer>;
  job(jobId: string, poll?: { waitSeconds: number; afterVersion: number }): Promise<JobAnswer>;
  jobs(query?: JobQuery): Promise<JobPageAnswer>;
  retry(jobId: string): Promise<AcceptedAnswer>;
  cancel(jobId: string): Promise<JobAnswer>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  documents(query?: PageQuery): Promise<DocumentPageAnswer>;
  /** Takes a document out of every search; answers it as it was. */
  removeDocument(documentId: string): Promise<DocumentAnswer>;
  health(): Promise<HealthAnswer>;
  /** What the key's tenant used in a month, as `2026-11`. @default the current one, UTC */
  usage(month?: string): Promise<UsageReport>;
  /** In Prometheus' text format; needs an operator's key. */
  metrics(): Promise<string>;
  /** Pauses or opens intake; needs an operator's key. */
  intake(request: IntakeRequest): Promise<IntakeAnswer>;
  /** The job as it is, and again after each change, until it is terminal. */
  watch(jobId: string, options?: { waitSeconds?: number }): AsyncGenerator<JobAnswer>;
}

/** What a call may take beyond the time it asked the server to wait. */
const callTimeoutMs = 30_000;
/** Between two looks at a job when the server does not hold long polls open. */
const pollMs = 1_000;
/** A pause when the API asks for one and does not say how long. */
const defaultPauseSeconds = 2;

/**
 * Every method throws {@link ApiError} for an error answer, {@link UnreachableError}
 * when nothing answers, {@link UnexpectedAnswerError} for an answer of another shape.
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
        if (!(error instanceof ApiError) || !error.passing) throw error;
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
    removeDocument: (documentId) =>
      call(documentSchema, {
        method: "DELETE",
        path: `/documents/${encodeURIComponent(documentId)}`,
      }),
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
  /** The answer is no JSON. */
  readonly text?: true;
  /** How long the server was asked to hold the call. */
  readonly waitMs?: number;
}

/** The stage `v1` is part of every path, whether or not the given URL names it. */
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
