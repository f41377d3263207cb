/** The API for the page. Responses are not validated, because they come from the page's own origin. */
import type {
  ChunkPageAnswer,
  DocumentAnswer,
  DocumentPageAnswer,
  RemovalAnswer,
} from "../../lambdas/contract/calls/documents.ts";
import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";
import type { AcceptedAnswer } from "../../lambdas/contract/calls/ingest.ts";
import type { JobAnswer, JobPageAnswer } from "../../lambdas/contract/calls/jobs.ts";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import type { SourceAnswer, SourceListAnswer } from "../../lambdas/contract/calls/sources.ts";
import type { UploadAnswer } from "../../lambdas/contract/calls/uploads.ts";
import type { ErrorAnswer } from "../../lambdas/contract/errors.ts";
import { headerOf } from "./key.ts";

/** The API refused the call, or nothing responded (`unreachable`). */
export class CallError extends Error {
  override readonly name = "CallError";
  readonly code: ErrorAnswer["code"] | "unreachable";
  readonly answer: ErrorAnswer | undefined;
  /** How long to wait before the next try, if the API gave a time. */
  readonly retryAfterSeconds: number | undefined;

  constructor(code: CallError["code"], message: string, answer?: ErrorAnswer, seconds?: number) {
    super(message);
    this.code = code;
    this.answer = answer;
    this.retryAfterSeconds = seconds;
  }
}

export interface IngestRequest {
  readonly document_id: string;
  readonly title: string;
  readonly content_type: string;
  readonly filename?: string;
  readonly text?: string;
  readonly upload_id?: string;
}

/** By name, the values of which one must be there. */
export type OneOf = Readonly<
  Record<string, { readonly in: readonly (string | number | boolean)[] }>
>;

export interface SearchRequest {
  readonly query: string;
  readonly limit: number;
  readonly mode: "hybrid" | "vector" | "text";
  readonly filter: {
    readonly document_id?: string;
    readonly language?: string;
    readonly attributes?: OneOf;
    /** Own fields of the chunks. */
    readonly custom?: OneOf;
  };
}

export interface Api {
  health(): Promise<HealthAnswer>;
  jobs(query: { limit: number; cursor?: string; status?: string }): Promise<JobPageAnswer>;
  job(id: string, poll?: { waitSeconds: number; afterVersion: number }): Promise<JobAnswer>;
  ingest(request: IngestRequest, idempotencyKey: string): Promise<AcceptedAnswer>;
  offerUpload(file: { content_type: string; size_bytes: number }): Promise<UploadAnswer>;
  retry(id: string): Promise<AcceptedAnswer>;
  cancel(id: string): Promise<JobAnswer>;
  documents(query: { limit: number; cursor?: string }): Promise<DocumentPageAnswer>;
  document(id: string): Promise<DocumentAnswer>;
  chunks(id: string, from: number, limit?: number): Promise<ChunkPageAnswer>;
  removeDocument(id: string): Promise<DocumentAnswer | RemovalAnswer>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  sources(): Promise<SourceListAnswer>;
  changeSource(id: string, action: "pause" | "resume" | "sync"): Promise<SourceAnswer>;
}

/** Time that a call may take beyond the wait that it asked the server for. */
const callTimeoutMs = 30_000;
/** Chunks on a page of a document. */
export const chunkPageSize = 20;

/**
 * The API's URL, derived from the page's URL: everything before `/console`, on AWS, on the emulator
 * and on a laptop.
 */
export function apiBase(pageAddress: string): string {
  const { origin, pathname } = new URL(pageAddress);
  return origin + pathname.replace(/\/console(?:\/.*)?$/, "");
}

/**
 * @param key an API key or a token
 * @param send `fetch`, or its replacement in a test
 */
export function createApi(base: string, key: string, send: typeof fetch = fetch): Api {
  async function call<T>(method: string, path: string, options: CallOptions = {}): Promise<T> {
    const url = new URL(base + path);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const response = await send(url, {
      method,
      credentials: "omit",
      headers: {
        ...headerOf(key),
        ...(options.body === undefined ? {} : { "content-type": "application/json" }),
        ...options.headers,
      },
      signal: AbortSignal.timeout(callTimeoutMs + (options.waitMs ?? 0)),
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    }).catch(() => {
      throw unreachable();
    });
    const answer: unknown = await response.json().catch(() => undefined);
    if (response.ok && answer !== undefined) return answer as T;
    throw refusal(response, answer);
  }

  const jobPath = (id: string) => `/jobs/${encodeURIComponent(id)}`;
  const documentPath = (id: string) => `/documents/${encodeURIComponent(id)}`;
  return {
    health: () => call("GET", "/health"),
    jobs: (query) => call("GET", "/jobs", { query }),
    job: (id, poll) =>
      call("GET", jobPath(id), {
        query: poll && { wait_seconds: poll.waitSeconds, after_version: poll.afterVersion },
        waitMs: (poll?.waitSeconds ?? 0) * 1_000,
      }),
    ingest: (body, idempotencyKey) =>
      call("POST", "/ingest", { body, headers: { "idempotency-key": idempotencyKey } }),
    offerUpload: (body) => call("POST", "/uploads", { body }),
    retry: (id) => call("POST", `${jobPath(id)}/retry`),
    cancel: (id) => call("DELETE", jobPath(id)),
    documents: (query) => call("GET", "/documents", { query }),
    document: (id) => call("GET", documentPath(id)),
    chunks: (id, from, limit = chunkPageSize) =>
      call("GET", `${documentPath(id)}/chunks`, { query: { from, limit } }),
    removeDocument: (id) => call("DELETE", documentPath(id)),
    search: (body) => call("POST", "/search", { body }),
    sources: () => call("GET", "/sources"),
    changeSource: (id, action) => call("POST", `/sources/${encodeURIComponent(id)}/${action}`),
  };
}

interface CallOptions {
  readonly query?: Readonly<Record<string, string | number | undefined>> | undefined;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the server is asked to hold the call. */
  readonly waitMs?: number;
}

export function unreachable(): CallError {
  return new CallError("unreachable", "Sluice does not respond.");
}

function refusal(response: Response, answer: unknown): CallError {
  if (!isErrorAnswer(answer)) {
    return new CallError("unavailable", `Sluice responded with ${response.status} and no reason.`);
  }
  const header = Number(response.headers.get("retry-after") ?? Number.NaN);
  const seconds = Number.isFinite(header) ? header : answer.retry_after_seconds;
  return new CallError(answer.code, answer.error, answer, seconds);
}

function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  return typeof answer === "object" && answer !== null && "error" in answer && "code" in answer;
}
