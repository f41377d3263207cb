/** A request and the answers of each call, by the call's id and the answer's status. */
import type { AcceptedAnswer } from "../../contract/calls/ingest.ts";
import type { JobAnswer } from "../../contract/calls/jobs.ts";
import { errorExamples } from "./error-examples.ts";
import { jobExample, queuedJobExample } from "./job-examples.ts";
import { sourceExamples } from "./source-examples.ts";

export interface CallExample {
  readonly request?: unknown;
  readonly answers: Readonly<Record<number, unknown>>;
}

const accepted: AcceptedAnswer = {
  job_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYA",
  document_id: "handbook",
  document_version: 3,
  status: "queued",
  status_url: "/v1/jobs/01KB8Z3V6Q0W4D9J7M2T5R1XYA",
  queue_position: 1,
  estimated_wait_seconds: 10,
};

const cancelRequested: JobAnswer = {
  ...queuedJobExample,
  cancel_requested_at: "2026-11-30T09:00:05.000Z",
};

const document = {
  document_id: "handbook",
  document_version: 3,
  title: "Handbook",
  chunk_count: 42,
  embedding_model: "all-MiniLM-L6-v2",
  dimensions: 384,
  stored_at: "2026-11-30T09:00:12.000Z",
};

const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

const delivery = {
  delivery_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYA-1",
  type: "job.completed",
  job_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYA",
  document_id: "handbook",
  url: "https://example.com/hooks/sluice",
  status: "pending",
  attempts: 1,
  created_at: "2026-11-30T09:00:12.000Z",
  last_attempt_at: "2026-11-30T09:00:13.000Z",
  next_attempt_at: "2026-11-30T09:00:18.000Z",
  last_error: "example.com answered 500.",
};

const reindex = {
  tenant: "acme",
  status: "running",
  embedding_model: "text-embedding-3-large",
  documents_total: 460,
  documents_moved: 120,
  started_at: "2026-11-30T09:00:00.000Z",
  updated_at: "2026-11-30T09:04:00.000Z",
};

const chunk = {
  chunk_index: 0,
  start: 0,
  end: 61,
  headings: ["Handbook", "Leave"],
  text: "Everyone has 30 days of leave a year. Ask your lead in March.",
  metadata: {
    title: "Leave",
    summary: "Everyone has 30 days of leave a year.",
    keywords: ["leave"],
    entities: [{ text: "March", type: "date" }],
    language: "en",
  },
};

export const examples: Readonly<Record<string, CallExample>> = {
  ...sourceExamples,
  ingest: {
    request: {
      document_id: "handbook",
      title: "Handbook",
      text: "# Leave\n\nEveryone has 30 days of leave a year. Ask your lead in March.",
      content_type: "text/markdown",
      attributes: { team: "people", year: 2026 },
      options: { chunking: { max_tokens: 512 } },
    },
    answers: { 202: accepted },
  },
  ingestBatch: {
    request: {
      items: [
        { document_id: "handbook", text: "Everyone has 30 days of leave a year." },
        { document_id: "empty", text: " " },
      ],
    },
    answers: {
      200: {
        accepted: 1,
        items: [
          { index: 0, status: 202, headers: { Location: accepted.status_url }, body: accepted },
          { index: 1, status: 400, headers: {}, body: errorExamples.empty_document },
        ],
      },
    },
  },
  listJobs: { answers: { 200: { jobs: [jobExample] } } },
  getJob: { answers: { 200: jobExample } },
  cancelJob: {
    answers: {
      200: { ...queuedJobExample, status: "cancelled", terminal: true },
      202: cancelRequested,
    },
  },
  retryJob: { answers: { 202: accepted } },
  search: {
    request: {
      query: "How many days of leave do I have?",
      limit: 5,
      filter: { language: { in: ["en", "de"] }, attributes: { year: { gte: 2020 } } },
    },
    answers: {
      200: {
        results: [
          {
            document_id: "handbook",
            document_version: 3,
            title: "Handbook",
            attributes: { team: "people", year: 2026 },
            ...chunk,
            score: 0.87,
            vector_score: 0.71,
            vector_rank: 1,
            text_rank: 1,
          },
        ],
      },
    },
  },
  offerUpload: {
    request: { content_type: "application/pdf", size_bytes: 9_437_184 },
    answers: {
      201: {
        upload_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYB",
        url: "https://bucket.s3.eu-central-1.amazonaws.com/uploads/…?X-Amz-Signature=…",
        method: "PUT",
        headers: { "content-type": "application/pdf" },
        expires_at: "2026-11-30T09:15:00.000Z",
      },
    },
  },
  listDocuments: { answers: { 200: { documents: [document] } } },
  getDocument: { answers: { 200: document } },
  removeDocument: {
    answers: {
      200: document,
      202: {
        document_id: "handbook",
        document_version: 2,
        chunk_count: 0,
        cancelled_jobs: ["01KB8Z3V6Q0W4D9J7M2T5R1XYA"],
      },
    },
  },
  listChunks: {
    answers: {
      200: {
        document_id: "handbook",
        document_version: 3,
        attributes: { team: "people", year: 2026 },
        chunks: [chunk],
        next_from: 1,
      },
    },
  },
  getContent: {
    answers: {
      200: "# Leave\n\nEveryone has 30 days of leave a year. Ask your lead in March.",
      303: { url: "https://bucket.s3.eu-central-1.amazonaws.com/jobs/…?X-Amz-Signature=…" },
    },
  },
  listDeliveries: { answers: { 200: { deliveries: [delivery] } } },
  replayDelivery: { answers: { 202: delivery } },
  getWebhookSecret: { answers: { 200: { secret } } },
  rotateWebhookSecret: {
    answers: { 200: { secret, previous_valid_until: "2026-12-01T09:00:00.000Z" } },
  },
  checkProviders: {
    answers: {
      200: {
        llm: { provider: "openai", model: "gpt-4o-mini", status: "ok", duration_ms: 640 },
        embeddings: {
          provider: "openai",
          model: "text-embedding-3-small",
          status: "failed",
          duration_ms: 120,
          code: "provider_rejected",
          message: "The key was refused. Correct SLUICE_EMBEDDINGS_API_KEY and deploy again.",
        },
      },
    },
  },
  startReindex: {
    request: {},
    answers: { 200: { ...reindex, status: "cancelled" }, 202: reindex },
  },
  getReindex: { answers: { 200: reindex } },
  health: {
    answers: {
      200: { status: "ok", queue_size: 0, active_jobs: 2, intake: "open", version: "0.1.0" },
    },
  },
  setIntake: {
    request: { paused: true, reason: "Maintenance until 18:00 UTC" },
    answers: {
      200: {
        intake: "paused",
        paused_since: "2026-11-30T09:00:00.000Z",
        pause_reason: "Maintenance until 18:00 UTC",
        queue_size: 12,
        active_jobs: 10,
      },
    },
  },
  metrics: { answers: { 200: "sluice_queue_size 0\nsluice_active_jobs 2\n" } },
  usage: {
    answers: {
      200: {
        month: "2026-11",
        jobs: { completed: 120, failed: 2, cancelled: 1 },
        llm_calls: 4_310,
        embedding_calls: 431,
        prompt_tokens: 2_150_000,
        completion_tokens: 320_000,
        embedding_tokens: 1_900_000,
        estimated_cost_usd: 1.27,
      },
    },
  },
};
