/** What can go wrong between a client and the API, in sentences for a person. */
import type { ErrorAnswer } from "../lambdas/contract/errors.ts";

/** The API refused. `code` is one of the documented codes. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: ErrorAnswer["code"];
  readonly answer: ErrorAnswer;
  /** How long to wait before the next try, if the API said so. */
  readonly retryAfterSeconds: number | undefined;

  /** @param wayOn what a person can do about it; a sentence */
  constructor(
    status: number,
    answer: ErrorAnswer,
    retryAfterSeconds?: number,
    wayOn = isPaused(answer) ? "An operator opens it: npm run sluice -- resume" : undefined,
  ) {
    // The API's sentence ends with the first of them.
    const issues = (answer.issues ?? [])
      .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`))
      .filter((issue) => !answer.error.endsWith(issue))
      .map((issue) => `\n  ${issue}`);
    const error = answer.error.replace('with "mode": "text"', "with --mode text");
    const waiting = answer.queue_size === undefined ? "" : `, ${answer.queue_size} jobs wait`;
    const all = `${error}${waiting} (${status} ${answer.code})${issues.join("")}`;
    super(wayOn === undefined ? all : `${all}. ${wayOn}`);
    this.status = status;
    this.code = answer.code;
    this.answer = answer;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * Whether the same call may succeed after a pause. A used-up daily quota does
   * not come back so soon, and a paused intake opens when somebody wants it to.
   */
  get passing(): boolean {
    if (isPaused(this.answer)) return false;
    return this.code === "queue_full" || this.code === "unavailable" || this.code === "throttled";
  }
}

function isPaused(answer: ErrorAnswer): boolean {
  return answer["paused_since"] !== undefined;
}

/** The API asks to come back later than the caller would wait. */
export function outOfPatience(
  { status, answer, retryAfterSeconds }: ApiError,
  askedSeconds: number,
  leftSeconds: number,
): ApiError {
  const later =
    answer.code === "queue_full"
      ? `Nothing was queued; there may be room in about ${askedSeconds} s`
      : `It may pass in about ${askedSeconds} s`;
  const left = `${leftSeconds} s of patience are left`;
  return new ApiError(
    status,
    answer,
    retryAfterSeconds,
    `${later}, but ${left}. Wait longer: --patience SECONDS`,
  );
}

/** Nothing answers there. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(base: string, cause: unknown) {
    const what = timedOut(cause) ? "does not answer in time" : "cannot be reached";
    const detail = causeCode(cause);
    const local = /\/\/(?:127\.0\.0\.1|localhost)[:/]/.test(base) ? " Is `npm start` running?" : "";
    super(`${base} ${what}${detail === undefined ? "" : ` (${detail})`}.${local}`, { cause });
  }
}

function timedOut(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}

function causeCode(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : undefined;
}

/** Something answers, but not as Sluice does. */
export class UnexpectedAnswerError extends Error {
  override readonly name = "UnexpectedAnswerError";

  constructor(url: URL, status: number, text: string) {
    const start = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    super(`${url.href} answered ${status} in a form that Sluice does not use: ${start}`);
  }
}

/** A document's bytes did not get to where the API had offered a place for them. */
export class UploadError extends Error {
  override readonly name = "UploadError";

  constructor(sizeBytes: number, reason: string) {
    super(
      `The upload of ${sizeBytes} bytes failed, and nothing was queued: ${reason} Send the file again.`,
    );
  }
}

/** The stack is not there, or AWS refuses. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}

/** The command was called wrongly; ends with status 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
