/** Errors between a client and the API, in sentences for a person. */
import type { ErrorAnswer } from "../lambdas/contract/errors.ts";
import { typed } from "./typed-command.ts";

/** The API refused the call. `code` is one of the documented codes. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: ErrorAnswer["code"];
  readonly answer: ErrorAnswer;
  /** How long to wait before the next try, if the API gave a time. */
  readonly retryAfterSeconds: number | undefined;

  /** @param wayOn what a person can do, as a sentence */
  constructor(
    status: number,
    answer: ErrorAnswer,
    retryAfterSeconds?: number,
    wayOn = isPaused(answer) ? `An operator can resume it with: ${typed("resume")}` : undefined,
  ) {
    // The API's sentence ends with the first issue.
    const issues = (answer.issues ?? [])
      .map(({ path, message }) => (path === "" ? message : `${path} ${message}`))
      .filter((issue) => !answer.error.endsWith(issue))
      .map((issue) => `\n  ${issue}`);
    const all = withCode(whatHappened(answer), `${status} ${answer.code}`) + issues.join("");
    super(wayOn === undefined ? all : `${all} ${wayOn}`);
    this.status = status;
    this.code = answer.code;
    this.answer = answer;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /**
   * Whether the same call can succeed after a pause. A used daily quota takes too long, and a
   * paused intake waits for an operator.
   */
  get retryable(): boolean {
    if (isPaused(this.answer)) return false;
    return this.code === "queue_full" || this.code === "unavailable" || this.code === "throttled";
  }
}

/** The API's own sentences, in the words of the command line. */
function whatHappened({ error, code, queue_size: waiting, scope }: ErrorAnswer): string {
  if (code === "queue_full" && scope === undefined) {
    if (waiting === undefined) return "The queue is full";
    return `The queue is full: ${waiting} ${waiting === 1 ? "job waits" : "jobs wait"}`;
  }
  return error.replace('with "mode": "text"', "with --mode text");
}

/** The sentences with the code before their last full stop. */
export function withCode(sentences: string | undefined, code: string | undefined): string {
  return `${(sentences ?? "").replace(/\.$/, "")} (${code}).`;
}

/** For a call that is repeated after a pause: advice to repeat it is left out. */
export function pauseText({ answer, status }: ApiError, seconds: number): string {
  const sentences = whatHappened(answer).replace(/ (?:Send|Try) (?:the|it|again)\b.*$/, "");
  return `${withCode(sentences, `${status} ${answer.code}`)} Trying again in ${seconds} s.`;
}

function isPaused(answer: ErrorAnswer): boolean {
  return answer["paused_since"] !== undefined;
}

/** The API asks to come back later than the caller is willing to wait. */
export function outOfPatience(
  { status, answer, retryAfterSeconds }: ApiError,
  askedSeconds: number,
  leftSeconds: number,
): ApiError {
  const later =
    answer.code === "queue_full"
      ? `Nothing was queued. There may be room in about ${askedSeconds} s`
      : `It may succeed in about ${askedSeconds} s`;
  const left = `only ${leftSeconds} s of --patience are left`;
  return new ApiError(
    status,
    answer,
    retryAfterSeconds,
    `${later}, but ${left}. To wait longer, set --patience SECONDS`,
  );
}

/** Nothing responds at this address. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(base: string, cause: unknown) {
    const what = timedOut(cause) ? "did not respond in time" : "cannot be reached";
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

/** Something responds, but not Sluice. */
export class UnexpectedAnswerError extends Error {
  override readonly name = "UnexpectedAnswerError";

  constructor(url: URL, status: number, text: string) {
    const start = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    super(`${url.href} responded with ${status} in a format that Sluice does not use: ${start}`);
  }
}

/** The upload of a document failed. */
export class UploadError extends Error {
  override readonly name = "UploadError";

  constructor(sizeBytes: number, reason: string) {
    super(
      `The upload of ${sizeBytes} bytes failed: ${reason} Nothing was queued. Send the file again.`,
    );
  }
}

/** The stack does not exist, or AWS refuses a call. */
export class DeploymentError extends Error {
  override readonly name = "DeploymentError";
}

/** The command was called incorrectly; the exit status is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
