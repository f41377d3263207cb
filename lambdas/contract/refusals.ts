/** Refused requests, each with an error code that clients can rely on. */
import { shown } from "./shown.ts";

/** The HTTP status of each code: one table for API, OpenAPI and tests. */
export const refusalStatus = {
  invalid_request: 400,
  empty_document: 400,
  unauthenticated: 401,
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

/** Why a caller is refused: `reason` of `unauthenticated` and `forbidden`. A client may meet others in time. */
export const refusalReasons = {
  api_key: "the API key is missing, unknown or revoked",
  token: "the token is missing, expired or not accepted",
  token_claim: "the token names no tenant",
  signature: "the signature of AWS is missing, wrong or expired",
  principal: "no entry of SLUICE_IAM_CALLERS matches the principal",
  policy: "IAM does not allow the principal this call",
  role: "only an operator may do this",
  web_acl: "a web ACL before the API does not let this request through",
} as const;

export type RefusalReason = keyof typeof refusalReasons;

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

/** An error stays small, however much is wrong with a request. */
const maxIssues = 20;
/** In characters. A path with the longest names that are allowed is shorter. */
const maxPath = 300;
/** In characters. */
const maxIssueText = 500;

/** @param all the first 20 are listed; `issue_count` says how many there are, if there are more */
export function invalidRequest(all: readonly RequestIssue[]): RequestRefusedError {
  const issues = all.slice(0, maxIssues).map(({ path, message }) => ({
    path: shown(path, maxPath),
    message: shown(message, maxIssueText),
  }));
  const first = issues[0] ?? { path: "", message: "is malformed" };
  const sentence =
    first.path === ""
      ? `The request ${first.message}`
      : `The request is invalid: ${first.path} ${first.message}`;
  const more = all.length - issues.length;
  return more > 0
    ? new RequestRefusedError("invalid_request", `${sentence}, and ${more} more issues`, {
        issues,
        issue_count: all.length,
      })
    : new RequestRefusedError("invalid_request", sentence, { issues });
}

export function forbidden(reason: RefusalReason, message: string): RequestRefusedError {
  return new RequestRefusedError("forbidden", message, { reason });
}

/** Also for resources of other tenants, so that nobody learns that they exist. */
export function notFound(what: string): RequestRefusedError {
  return new RequestRefusedError("not_found", `${what} does not exist.`);
}
