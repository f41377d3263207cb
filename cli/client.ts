/** A typed client of the HTTP API, for the command line, the demo and tests. */
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import {
  type Credential,
  createSluiceClient,
  type Schemas,
  type SluiceClient,
} from "../client/typescript/index.ts";
import { type IntakeAnswer, intakeSchema } from "../lambdas/contract/calls/admission-switch.ts";
import {
  type ChunkPageAnswer,
  chunkPageSchema,
  type DocumentAnswer,
  type DocumentPageAnswer,
  documentPageSchema,
  documentSchema,
  type RemovalAnswer,
  removalSchema,
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
import { type ProvidersAnswer, providersSchema } from "../lambdas/contract/calls/providers.ts";
import {
  type ReindexAnswer,
  type ReindexRequest,
  reindexSchema,
} from "../lambdas/contract/calls/reindex.ts";
import type { searchRequestSchema } from "../lambdas/contract/calls/search.ts";
import { type SearchAnswer, searchAnswerSchema } from "../lambdas/contract/calls/search.ts";
import {
  type SourceAnswer,
  type SourceListAnswer,
  type SourceObjectsAnswer,
  sourceListSchema,
  sourceObjectsSchema,
  sourceSchema,
} from "../lambdas/contract/calls/sources.ts";
import { type UploadAnswer, uploadSchema } from "../lambdas/contract/calls/uploads.ts";
import { type UsageReport, usageReportSchema } from "../lambdas/contract/calls/usage.ts";
import {
  type DeliveryAnswer,
  type DeliveryPageAnswer,
  deliveryPageSchema,
  deliverySchema,
  type WebhookSecretAnswer,
  webhookSecretSchema,
} from "../lambdas/contract/calls/webhooks.ts";
import { errorSchema } from "../lambdas/contract/errors.ts";
import {
  ApiError,
  outOfPatience,
  UnexpectedAnswerError,
  UnreachableError,
  UsageError,
} from "./errors.ts";

/** Request types as clients write them: fields with a default are optional. */
export type IngestRequest = z.input<typeof ingestRequestSchema>;
export type IntakeRequest = Schemas["IntakeRequest"];
export type UploadRequest = Schemas["UploadRequest"];
export type SearchRequest = z.input<typeof searchRequestSchema>;

export interface PageQuery {
  readonly limit?: number;
  readonly cursor?: string;
}

export interface DeliveryQuery extends PageQuery {
  readonly status?: DeliveryAnswer["status"];
}

export interface JobQuery extends PageQuery {
  readonly status?: JobAnswer["status"];
  readonly document_id?: string;
}

/** A pause that the API asked for. */
export interface Pause {
  readonly seconds: number;
  readonly reason: ApiError;
}

export type ClientOptions = Credential & {
  /**
   * The URL with or without the stage: `http://127.0.0.1:8060` and `https://….amazonaws.com/v1`
   * both work.
   */
  readonly apiUrl: string;
  /** Maximum sum of the pauses of one call after 429 and 503. @default 0: the call throws immediately */
  readonly patienceMs?: number;
  /** True if the caller can change `patienceMs`; the error then suggests it. @default false */
  readonly patienceIsTold?: boolean;
  /** Called before each pause. */
  readonly onPause?: (pause: Pause) => void;
};

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
  /** Removes a document from every search; returns it as it was, or cancels its first version. */
  removeDocument(documentId: string): Promise<DocumentAnswer | RemovalAnswer>;
  health(): Promise<HealthAnswer>;
  /** The usage of the key's tenant in a month such as `2026-11`. @default the current month, UTC */
  usage(month?: string): Promise<UsageReport>;
  /** Metrics in Prometheus' text format; needs an operator's key. */
  metrics(): Promise<string>;
  /** Pauses or resumes intake; needs an operator's key. */
  intake(request: IntakeRequest): Promise<IntakeAnswer>;
  deliveries(query?: DeliveryQuery): Promise<DeliveryPageAnswer>;
  /** Sends a webhook again. */
  replayDelivery(deliveryId: string): Promise<DeliveryAnswer>;
  /** The secret that signs the tenant's webhooks; `rotate` replaces it. */
  webhookSecret(options?: { rotate: boolean }): Promise<WebhookSecretAnswer>;
  /** Makes one call of each model provider; needs an operator's key. */
  checkProviders(): Promise<ProvidersAnswer>;
  /** Begins, shows or cancels the move to the configured embedding model; needs an operator's key. */
  reindex(request?: ReindexRequest): Promise<ReindexAnswer>;
  /** @param tenant @default the key's own */
  reindexState(tenant?: string): Promise<ReindexAnswer>;
  /** Buckets whose objects are ingested by themselves. */
  sources(): Promise<SourceListAnswer>;
  changeSource(name: string, action: "pause" | "resume" | "sync"): Promise<SourceAnswer>;
  /** Objects that are not stored. */
  sourceObjects(
    name: string,
    query?: PageQuery & { readonly status?: "failed" | "waiting" | "working" | "removing" },
  ): Promise<SourceObjectsAnswer>;
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
  const api = createSluiceClient({ ...options, apiUrl: base });
  const { patienceMs = 0, patienceIsTold = false, onPause } = options;

  async function call<T>(schema: z.ZodType<T>, request: Call): Promise<T> {
    let patienceLeftMs = patienceMs;
    for (;;) {
      try {
        return await once(base, schema, request, api);
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

  const client: Client = {
    ingest: (body, { idempotencyKey } = {}) => {
      const header = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
      return call(acceptedSchema, {
        send: (api, init) =>
          api.POST("/ingest", {
            ...init,
            params: { header },
            // JSON leaves out fields that are undefined, which the generated types do not allow.
            body: body as Schemas["IngestRequest"],
          }),
      });
    },
    offerUpload: (body) =>
      call(uploadSchema, { send: (api, init) => api.POST("/uploads", { ...init, body }) }),
    job: (id, poll) => {
      const query = poll && { wait_seconds: poll.waitSeconds, after_version: poll.afterVersion };
      return call(jobSchema, {
        send: (api, init) =>
          api.GET("/jobs/{id}", { ...init, params: { path: { id }, ...(query && { query }) } }),
        waitMs: (poll?.waitSeconds ?? 0) * 1_000,
      });
    },
    jobs: (query = {}) =>
      call(jobPageSchema, {
        send: (api, init) => api.GET("/jobs", { ...init, params: { query } }),
      }),
    retry: (id) =>
      call(acceptedSchema, {
        send: (api, init) => api.POST("/jobs/{id}/retry", { ...init, params: { path: { id } } }),
      }),
    cancel: (id) =>
      call(jobSchema, {
        send: (api, init) => api.DELETE("/jobs/{id}", { ...init, params: { path: { id } } }),
      }),
    search: (body) =>
      call(searchAnswerSchema, {
        send: (api, init) =>
          api.POST("/search", { ...init, body: body as Schemas["SearchRequest"] }),
      }),
    documents: (query = {}) =>
      call(documentPageSchema, {
        send: (api, init) => api.GET("/documents", { ...init, params: { query } }),
      }),
    chunks: (id, query = {}) =>
      call(chunkPageSchema, {
        send: (api, init) =>
          api.GET("/documents/{id}/chunks", { ...init, params: { path: { id }, query } }),
      }),
    removeDocument: (id) =>
      call(documentSchema.or(removalSchema), {
        send: (api, init) => api.DELETE("/documents/{id}", { ...init, params: { path: { id } } }),
      }),
    health: () => call(healthSchema, { send: (api, init) => api.GET("/health", init) }),
    usage: (month) => {
      const query = month === undefined ? {} : { month };
      return call(usageReportSchema, {
        send: (api, init) => api.GET("/usage", { ...init, params: { query } }),
      });
    },
    metrics: () => call(z.string(), { send: (api, init) => api.GET("/metrics", init), text: true }),
    intake: (body) =>
      call(intakeSchema, { send: (api, init) => api.POST("/intake", { ...init, body }) }),
    deliveries: (query = {}) =>
      call(deliveryPageSchema, {
        send: (api, init) => api.GET("/webhooks/deliveries", { ...init, params: { query } }),
      }),
    replayDelivery: (id) =>
      call(deliverySchema, {
        send: (api, init) =>
          api.POST("/webhooks/deliveries/{id}/replay", { ...init, params: { path: { id } } }),
      }),
    webhookSecret: ({ rotate } = { rotate: false }) =>
      call(webhookSecretSchema, {
        send: (api, init) =>
          rotate ? api.POST("/webhooks/secret", init) : api.GET("/webhooks/secret", init),
      }),
    checkProviders: () =>
      call(providersSchema, { send: (api, init) => api.POST("/providers/check", init) }),
    reindex: (body = {}) =>
      call(reindexSchema, {
        send: (api, init) =>
          api.POST("/reindex", { ...init, body: body as Schemas["ReindexRequest"] }),
      }),
    reindexState: (tenant) => {
      const query = tenant === undefined ? {} : { tenant };
      return call(reindexSchema, {
        send: (api, init) => api.GET("/reindex", { ...init, params: { query } }),
      });
    },
    sources: () => call(sourceListSchema, { send: (api, init) => api.GET("/sources", init) }),
    changeSource: (id, action) =>
      call(sourceSchema, {
        send: (api, init) =>
          api.POST(`/sources/{id}/${action}`, { ...init, params: { path: { id } } }),
      }),
    sourceObjects: (id, query = {}) =>
      call(sourceObjectsSchema, {
        send: (api, init) =>
          api.GET("/sources/{id}/objects", { ...init, params: { path: { id }, query } }),
      }),
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
  readonly send: (api: SluiceClient, init: CallInit) => Promise<Sent>;
  /** The response is not JSON. */
  readonly text?: true;
  /** How long the server is asked to hold the call. */
  readonly waitMs?: number;
}

/** Texts are parsed here, so that an answer of an unknown shape can be shown as it is. */
type CallInit = { readonly signal: AbortSignal; readonly parseAs: "text" };

interface Sent {
  readonly data?: string;
  readonly error?: unknown;
  readonly response: Response;
}

/** Every path includes the stage `v1`, whether or not the given URL ends with it. */
export function baseUrl(apiUrl: string): string {
  const url = apiUrl.replace(/\/+$/, "");
  return /\/v1(?:\/|$)/.test(new URL(url).pathname) ? url : `${url}/v1`;
}

async function once<T>(
  base: string,
  schema: z.ZodType<T>,
  call: Call,
  api: SluiceClient,
): Promise<T> {
  const signal = AbortSignal.timeout(callTimeoutMs + (call.waitMs ?? 0));
  const { response, data, error } = await call
    .send(api, { signal, parseAs: "text" })
    .catch((cause: unknown) => {
      throw cause instanceof UsageError ? cause : new UnreachableError(base, cause);
    });
  const url = new URL(response.url);
  if (!response.ok) {
    const known = errorSchema.safeParse(error);
    if (!known.success) throw new UnexpectedAnswerError(url, response.status, asText(error));
    const retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
    throw new ApiError(
      response.status,
      known.data,
      Number.isFinite(retryAfter) ? retryAfter : known.data.retry_after_seconds,
    );
  }
  const text = data ?? "";
  const parsed = schema.safeParse(call.text ? text : parseJson(text));
  if (!parsed.success) throw new UnexpectedAnswerError(url, response.status, text);
  return parsed.data;
}

/** The generated client parses the body of an error if it is JSON. */
function asText(error: unknown): string {
  return typeof error === "string" ? error : JSON.stringify(error);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
