/**
 * What an endpoint answered, as an error of the domain. Statuses are not
 * enough: a key that is refused comes as 400, an empty account as 429, and an
 * overlong text as 500. So words and codes that are unmistakable go first.
 */
import type { SluiceError } from "../../platform/tasks/task-error.ts";
import {
  AnswerUnusableError,
  ProviderMisconfiguredError,
  ProviderRejectedError,
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../errors.ts";
import { withinTime } from "../within-time.ts";
import { ownWords } from "./own-words.ts";
import { EndpointRefusal } from "./refusal.ts";
import { retryAfterMs } from "./retry-after.ts";

/** Whose call it was, for the sentence that names what to repair. */
export interface Endpoint {
  /** Such as `The language model's endpoint`. */
  readonly what: string;
  /** What to repair when the endpoint refuses who asks. */
  readonly access: string;
  /** What to repair when there is nothing to ask. */
  readonly address: string;
  /** What to do when it often does not answer in time. */
  readonly slow: string;
}

export interface Asked {
  readonly signal: AbortSignal;
  readonly timeoutMs?: number | undefined;
  readonly nowMs: number;
  /** What was sent, so that no message quotes it. */
  readonly texts: readonly string[];
  /** The provider's base URL, or its name. */
  readonly provider: string;
}

const badKey =
  /\b(?:in(?:valid|correct)|unknown|expired|revoked|missing|wrong|no|disabled)[ _-]?(?:(?:api|access|auth\w*|bearer|security|subscription)[ _-]?(?:key|token)|credentials?)\b|\b(?:api|access|auth\w*|bearer|subscription)[ _-]?(?:key|token)[ _-]?(?:(?:is|was|has been)[ _-])?(?:not[ _-]valid|invalid|incorrect|expired|revoked|missing|disabled|not[ _-]found)|unauthori[sz]ed|unauthenticated|authentication[ _-]?(?:error|failed)|account[ _-](?:is[ _-])?(?:deactivated|disabled|suspended)|access[ _-]terminated|unrecognizedclient|invalidsignature|(?:^|: )invalid[ _-]token\W*$|login fail|authorized_error|expired_?token|security token\b.{0,40}\bexpired|organi[sz]ation (?:has been|is|must be) (?:restricted|disabled|suspended|verified)|location is not supported|not available in your (?:country|region)/i;
const noCredit =
  /insufficient[ _-]?(?:quota|credits?|balance|funds?)|(?:credit|balance)s?\b.{0,30}\b(?:too low|exhausted|used up|depleted|run out|insufficient)|out of credits?|no credits?\b|payment[ _-]required|billing[ _-]?(?:hard[ _-]?limit|not[ _-]active|details)|arrear|overdue|(?:spend(?:ing)?|budget)[ _-]?(?:limit|cap)?[ _-]?(?:exceeded|reached)|exceeded (?:your|the) (?:current |monthly )?(?:quota|budget)|free[ _-](?:tier|quota|allocated quota).{0,20}(?:exhausted|exceeded|used up)|not[ _-]enough[ _-](?:balance|credits?|funds|quota)|usage limits?\b.{0,60}\bregain|欠费|余额不足|额度(?:不足|已?用完|已?用尽)/i;
const noModel =
  /model[ _-]?not[ _-]?(?:found|exist|supported|available)|(?:model|deployment)\b.{0,120}\b(?:does(?:n't| not) exist|not found|is not (?:available|supported|deployed|loaded)|has been (?:decommissioned|deprecated|retired)|unknown)|(?:unknown|invalid|no such|unsupported) model\b|(?:unknown|invalid)[ _]model(?:[ _](?:id|name))?\b|deploymentnotfound|model identifier is invalid|on-demand throughput|inference profile|\bno models? (?:is |are )?loaded/i;
/** LM Studio says so with 200. */
const noCall = /unexpected endpoint|unknown endpoint|no route matched/i;
const throttling =
  /rate[ _-]?limit|throttl|too[ _-]?many[ _-]?requests|resource_?exhausted|overloaded|slow[ _-]?down|request[ _-]?limit/i;
/** The model is gone for a moment, whatever is asked; servers also say so by 400 (LM Studio). */
const modelGone =
  /\bmodel\b.{0,40}\b(?:has crashed|crashed|was unloaded|is unloaded|is (?:still )?(?:re)?loading)|\bmodel unloaded|\bengine loop is not running|background loop has errored/i;
/** The text's own fault, which says nothing about the next text. */
export const tooLong =
  /context[ _-]?(?:length|window|size)|(?:too|many|maximum|max|exceed\w*|less than|at most|limit of|longer than|larger than)\b.{0,60}\b(?:tokens?|characters|length)|(?<!took )\btoo (?:long|large|many tokens)|(?:input|prompt|sequence|text)[ _-]?(?:length|is too)|maxlength|string_above_max_length|entity too large|payload too large/i;
const contentRefused =
  /content[ _-]?(?:filter|policy|management|safety)|responsible ?ai|moderation|flagged|inappropriate|unsafe|safety (?:system|polic|filter|setting|check)|guardrail|data[ _-]?inspection|sensitive (?:content|information|data|words?)/i;

/** A limit of a minute that one text alone exceeds: waiting does not help. */
export const tooLargeAtOnce =
  /request too large|tokens must be reduced|reduce (?:the|your) (?:message|input|prompt|request)/i;

/** Whether the text is the reason, whatever the status. */
export function blamesText(refusal: EndpointRefusal): boolean {
  return refusal.says(tooLong) || blamesContent(refusal);
}

/** Whether what the text says is the reason. */
export function blamesContent(refusal: EndpointRefusal): boolean {
  return refusal.says(contentRefused);
}

/** Whether it gives a reason that another form of the request would not remove. */
export function isExplained(refusal: EndpointRefusal): boolean {
  const reasons = [badKey, noCredit, noModel, throttling];
  return blamesText(refusal) || reasons.some((reason) => refusal.says(reason));
}

/** Whether there is no such call at the address, whatever is asked. */
export function isOtherAddress(refusal: EndpointRefusal): boolean {
  if (refusal.says(noModel) && !refusal.says(noCall)) return false;
  return [404, 405].includes(refusal.status) || refusal.says(noCall);
}

export function translate(error: unknown, endpoint: Endpoint, asked: Asked): SluiceError {
  const translated = translation(error, endpoint, asked);
  const status = error instanceof EndpointRefusal ? error.status : undefined;
  if ("at" in translated) translated.at = { status, endpoint: hostAndPath(asked.provider) };
  return translated;
}

/** Without a query, which may hold a key. */
function hostAndPath(provider: string): string {
  if (!URL.canParse(provider)) return provider;
  const { host, pathname } = new URL(provider);
  return `${host}${pathname.replace(/\/+$/, "")}`;
}

function translation(error: unknown, endpoint: Endpoint, asked: Asked) {
  const { what } = endpoint;
  // A body that was cut off by the abort surfaces as an error of the stream.
  if (asked.signal.aborted) {
    return new ProviderTimeoutError(
      `${what} did not answer ${withinTime(asked.timeoutMs)}. ${endpoint.slow}.`,
    );
  }
  if (!(error instanceof EndpointRefusal)) return unreached(error, endpoint);
  const words = ownWords(error.complaint.words, asked.texts);
  const answered = `${what} answered ${error.status}${code(error)}${words === "" ? "" : `: ${words}`}`;
  const waitMs = retryAfterMs(error.headers, asked.nowMs, error.complaint);
  switch (kindOf(error, words, waitMs)) {
    case "access":
      return new ProviderMisconfiguredError(
        `${answered}. ${endpoint.access}, deploy, and retry the job.`,
      );
    case "address":
      return new ProviderMisconfiguredError(
        `${answered}. ${endpoint.address}, deploy, and retry the job.`,
      );
    case "timeout":
      return new ProviderTimeoutError(`${answered}.`);
    case "throttled":
      return new ProviderThrottledError(`${answered}.`, waitMs);
    case "unavailable":
      return new ProviderUnavailableError(`${answered}.`, waitMs);
    case "rejected":
      return new ProviderRejectedError(`${answered}. It does not accept this text.`);
    case "unreadable":
      return new AnswerUnusableError(`${answered}.`);
  }
}

/** There is nobody of that name, or somebody else: that does not pass. */
const nobodyThere =
  /^(?:ENOTFOUND|ERR_INVALID_URL|ERR_TLS_CERT\w*|\w*CERT_\w*|\w*_CERT|\w*SELF_SIGNED\w*|UNABLE_TO_\w+|HOSTNAME_MISMATCH|EPROTO|ERR_SSL_\w+)$/;

function unreached(error: unknown, { what, address }: Endpoint): SluiceError {
  const code = codeOf(error);
  const why = code !== undefined && nobodyThere.test(code) ? code : neverAsked(error);
  if (why !== undefined) {
    return new ProviderMisconfiguredError(
      `${what} could not be reached (${why}). ${address}, deploy, and retry the job.`,
    );
  }
  const by = code === undefined ? "" : ` (${code})`;
  return new ProviderUnavailableError(
    `${what} could not be reached, or broke the connection off${by}.`,
  );
}

/** What `fetch` says of an address that it asks nothing of: another protocol, or a name and password in it. */
function neverAsked(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const causes = [error.message, error.cause instanceof Error ? error.cause.message : ""];
  return causes
    .map((said) => /\b(?:unknown scheme|includes credentials)\b/i.exec(said)?.[0])
    .find(Boolean);
}

/** Of the socket, the name or the certificate: `fetch` puts it into the cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return error.cause === error ? undefined : codeOf(error.cause);
}

type Kind =
  | "access"
  | "address"
  | "timeout"
  | "throttled"
  | "unavailable"
  | "rejected"
  /** Words where an answer should be. */
  | "unreadable";

function kindOf(refusal: EndpointRefusal, words: string, waitMs: number | undefined): Kind {
  const { status, complaint } = refusal;
  // Words without quotations: a text about invoices must not look like an unpaid one.
  const says = (pattern: RegExp) => [words, ...complaint.codes].some((part) => pattern.test(part));
  if (says(contentRefused) && status < 500 && status !== 429 && status !== 401) return "rejected";
  if (says(badKey) && status !== 408) return "access";
  // The same sentence also stands for a limit that is reset in a minute: then it says when.
  if (says(noCredit) && (status !== 429 || waitMs === undefined || says(/insufficient_quota/))) {
    return "access";
  }
  if (says(noModel) && status < 500 && status !== 429) return "address";
  if (says(noCall) && status <= 500) return "address";
  if (
    status === 500 &&
    says(/\bmodel\b.{0,80}\b(?:not found|does(?:n't| not) exist)|unknown model/i)
  ) {
    return "address";
  }
  // Gateways answer 503 where no endpoint behind them has the model, and then the code says so.
  if (complaint.codes.includes("model_not_found")) return "address";
  switch (status) {
    case 401:
    case 402:
    case 403:
      // A firewall before the endpoint takes exception to a text: to code, mostly.
      if (status === 403 && complaint.isPage) return "rejected";
      return says(throttling) && waitMs !== undefined ? "throttled" : "access";
    case 404:
    case 405:
    case 406:
    case 410:
    case 415:
    case 421:
    case 426:
    // A server that was started for something else (llama.cpp without `--embeddings`).
    case 501:
    case 505:
      return "address";
    case 451:
      return "access";
    case 408:
      return "timeout";
    // Accepted for later; locked; failed behind the gateway; no capacity (Groq); the gateway gave up.
    case 202:
    case 409:
    case 423:
    case 424:
    case 425:
    case 498:
    case 499:
      return "unavailable";
    case 429:
      return says(tooLargeAtOnce) ? "rejected" : "throttled";
    default:
      if (status >= 300 && status < 400) return "address";
      if (says(tooLong) && status <= 500) return "rejected";
      if (says(modelGone)) return "unavailable";
      if (status < 500 && says(throttling)) return "throttled";
      if (status < 300) return "unreadable";
      return status >= 500 ? "unavailable" : "rejected";
  }
}

/** The endpoint's own code where it is a plain word, such as ` (context_length_exceeded)`. */
function code({ complaint }: EndpointRefusal): string {
  const plain = complaint.codes.find(
    (text) => /^[a-z]+(?:_[a-z]+)+$/.test(text) && text.length <= 48,
  );
  return plain === undefined ? "" : ` (${plain})`;
}
