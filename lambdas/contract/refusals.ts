/** Refused requests, each with an error code that clients can rely on. */

/** The HTTP status of each code: one table for API, OpenAPI and tests. */
export const refusalStatus = {
  invalid_request: 400,
  empty_document: 400,
  forbidden: 403,
  not_found: 404,
  not_retryable: 409,
  already_terminal: 409,
  already_publishing: 409,
  document_too_large: 413,
  unsupported_type: 415,
  idempotency_mismatch: 422,
  throttled: 429,
  quota_exceeded: 429,
  queue_full: 503,
  unavailable: 503,
} as const;

export type RefusalCode = keyof typeof refusalStatus;

/** The field that is invalid, for example `options.chunking.max_tokens`; empty for the whole request. */
export interface RequestIssue {
  readonly path: string;
  /** A predicate whose subject is the field: `must be a string`. */
  readonly message: string;
}

export class RequestRefusedError extends Error {
  override readonly name = "RequestRefusedError";
  readonly code: RefusalCode;
  /** Fields beside `error`, `code` and `request_id` in the response. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Sent as the `Retry-After` header. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: RefusalCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    retryAfterSeconds?: number,
  ) {
    super(message);
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export function invalidRequest(issues: readonly RequestIssue[]): RequestRefusedError {
  const first = issues[0] ?? { path: "", message: "is malformed" };
  const sentence =
    first.path === ""
      ? `The request ${first.message}`
      : `The request is invalid: ${first.path} ${first.message}`;
  return new RequestRefusedError("invalid_request", sentence, { issues });
}

/** Also for resources of other tenants, so that nobody learns that they exist. */
export function notFound(what: string): RequestRefusedError {
  return new RequestRefusedError("not_found", `${what} does not exist.`);
}
