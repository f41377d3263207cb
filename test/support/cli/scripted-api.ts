/** A real HTTP server that answers as a test scripts it, and remembers what it was asked. */
import { createServer } from "node:http";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { closeAtOnce, listen } from "../loopback.ts";

export interface Asked {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed if it is JSON, else as it came. */
  readonly body: unknown;
}

export interface ScriptedAnswer {
  readonly status: number;
  readonly body: object | string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScriptedApi {
  readonly url: string;
  readonly asked: readonly Asked[];
  close(): Promise<void>;
}

export async function scriptedApi(
  answer: (asked: Asked, nth: number) => ScriptedAnswer,
): Promise<ScriptedApi> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString();
      const one: Asked = {
        method: request.method ?? "",
        url: request.url ?? "",
        headers: request.headers,
        body: bodyOf(request.headers["content-type"], text),
      };
      asked.push(one);
      const { status, body, headers } = answer(one, asked.length);
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    });
  });
  const url = await listen(server);
  return {
    url,
    asked,
    close: () => closeAtOnce(server),
  };
}

function bodyOf(type: string | undefined, text: string): unknown {
  if (text === "") return undefined;
  return type === "application/json" ? (JSON.parse(text) as unknown) : text;
}

const pending = { status: "pending", done: 0, total: null, percent: 0 } as const;

/** A queued job, as the API shows it; `change` makes another state of it. */
export function jobAnswer(change: Partial<JobAnswer> = {}): JobAnswer {
  return {
    job_id: "01JOB",
    document_id: "report",
    document_version: 1,
    status: "queued",
    terminal: false,
    progress: 0,
    stages: {
      extraction: pending,
      chunking: pending,
      metadata: pending,
      embeddings: pending,
      storage: pending,
    },
    attempt: 1,
    queue_position: 1,
    submitted_at: "2025-01-01T00:00:00.000Z",
    version: 1,
    ...change,
  };
}

export function completedJob(change: Partial<JobAnswer> = {}): JobAnswer {
  const done = { status: "done", done: 12, total: 12, percent: 100 } as const;
  return jobAnswer({
    status: "completed",
    terminal: true,
    progress: 100,
    stages: { extraction: done, chunking: done, metadata: done, embeddings: done, storage: done },
    started_at: "2025-01-01T00:00:01.000Z",
    completed_at: "2025-01-01T00:00:04.500Z",
    version: 9,
    result: {
      document_id: "report",
      document_version: 1,
      chunk_count: 12,
      embedding_model: "m",
      dimensions: 384,
      unchanged: false,
      superseded: false,
      degraded: false,
      failed_chunks: [],
      failed_chunk_count: 0,
      usage: {
        llm_calls: 12,
        embedding_calls: 1,
        prompt_tokens: 0,
        completion_tokens: 0,
        embedding_tokens: 0,
        metadata_cache_hits: 0,
        embedding_cache_hits: 0,
      },
    },
    ...change,
  });
}

export const accepted = {
  job_id: "01JOB",
  document_id: "report",
  document_version: 1,
  status: "queued",
  status_url: "/v1/jobs/01JOB",
  queue_position: 1,
  estimated_wait_seconds: 10,
} as const;

/**
 * A place for an upload, on the scripted server itself.
 * @param origin another server
 */
export function offeredUpload(
  { headers }: Asked,
  origin = `http://${String(headers["host"])}`,
): ScriptedAnswer {
  return {
    status: 201,
    body: {
      upload_id: "01UPLOAD",
      url: `${origin}/place?signed=yes`,
      method: "PUT",
      headers: { "content-type": "text/plain", "x-amz-tagged": "as-offered" },
      expires_at: "2025-01-01T00:15:00.000Z",
    },
  };
}
