/** Requests that are answered with an error, each with a code that clients may rely on. */

/** The HTTP status of each code; one table, so that API, OpenAPI and tests agree. */
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

/** Where in a request something is wrong: `options.chunking.max_tokens`, say; empty for the whole body. */
export interface RequestIssue {
  readonly path: string;
  readonly message: string;
}

export class RequestRefusedError extends Error {
  override readonly name = "RequestRefusedError";
  readonly code: RefusalCode;
  /** Fields beside `error`, `code` and `request_id` in the answer. */
  readonly details: Readonly<Record<string, unknown>>;
  /** Becomes the `Retry-After` header. */
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
  const first = issues[0];
  const where = first?.path ? `${first.path}: ` : "";
  return new RequestRefusedError(
    "invalid_request",
    `The request cannot be used: ${where}${first?.message ?? "it is malformed"}`,
    { issues },
  );
}

/** Also for what belongs to another tenant: its existence is not told. */
export function notFound(what: string): RequestRefusedError {
  return new RequestRefusedError("not_found", `${what} does not exist.`);
}
