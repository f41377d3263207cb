/** One error of each code, as the API sends it. */
import type { ErrorAnswer } from "../../contract/errors.ts";
import type { RefusalCode } from "../../contract/refusals.ts";

const requestId = "6c0f1f5e-8a57-4f0e-9f0a-2c8d5b7f4d11";

const errors: Readonly<Record<RefusalCode, string | Omit<ErrorAnswer, "code" | "request_id">>> = {
  invalid_request: {
    error: "The request is invalid: limit must be a whole number from 1 to 100",
    issues: [{ path: "limit", message: "must be a whole number from 1 to 100" }],
  },
  empty_document: "The document has no visible text. Send a document that contains text.",
  unauthenticated: {
    error:
      "This call needs a valid token in the header `Authorization: Bearer TOKEN`. It must be signed by https://login.example.com, be for sluice, and not have expired. Get a new one.",
    reason: "token",
  },
  forbidden: {
    error: "This call needs a valid API key in the x-api-key header.",
    reason: "api_key",
  },
  not_found: "Document handbook does not exist.",
  not_retryable: {
    error:
      "Job 01KB8Z3V6Q0W4D9J7M2T5R1XYA is completed. Only a failed or cancelled job can be retried.",
    status: "completed",
  },
  already_terminal: "Job 01KB8Z3V6Q0W4D9J7M2T5R1XYA is already completed.",
  already_publishing:
    "Job 01KB8Z3V6Q0W4D9J7M2T5R1XYA is storing its document, so it can no longer be cancelled.",
  document_too_large: {
    error:
      "The request has 5242880 bytes; the limit for a request's body is 4194304 bytes. Upload larger documents with POST /v1/uploads.",
    size_bytes: 5_242_880,
    max_bytes: 4_194_304,
    upload_url: "/v1/uploads",
  },
  unsupported_type: "A request body of type image/png is not supported. Send application/json.",
  idempotency_mismatch:
    "This Idempotency-Key was already used with a different body. Use a new key for a new request.",
  throttled:
    "Too many requests at once. Wait and try again, or ask the operator to raise the limit.",
  quota_exceeded:
    "This key has used all its requests for today. Try again tomorrow, or ask the operator to raise the limit.",
  queue_full: {
    error: "Queue full",
    job_id: "01KB8Z3V6Q0W4D9J7M2T5R1XYA",
    queue_size: 100,
    retry_after_seconds: 10,
  },
  unavailable: "The service is not available right now. Try again.",
};

export const errorExamples = Object.fromEntries(
  Object.entries(errors).map(([code, error]) => [
    code,
    { ...(typeof error === "string" ? { error } : error), code, request_id: requestId },
  ]),
) as Readonly<Record<RefusalCode, ErrorAnswer>>;
