/**
 * How long an endpoint asks to wait. In this order: `retry-after-ms` (Azure: `x-ms-retry-after-ms`);
 * `Retry-After` in seconds or as an HTTP date (RFC 9110, 10.2.3); the headers
 * that say when a limit is reset (`x-ratelimit-reset-requests: 6m0s`,
 * `x-ratelimit-reset: 1790000000`, `anthropic-ratelimit-tokens-reset: <date>`);
 * a delay in the body (`retryDelay: "34s"`, "try again in 7m12s"); an hour for
 * a quota of a day.
 * `undefined` when it does not ask, or not legibly.
 */
import type { Complaint } from "./complaint.ts";

export function retryAfterMs(
  headers: Headers | undefined,
  nowMs: number,
  complaint?: Pick<Complaint, "retryDelay" | "words">,
): number | undefined {
  const exact = count(headers?.get("retry-after-ms") ?? headers?.get("x-ms-retry-after-ms"));
  if (exact !== undefined) return exact;
  // Against the endpoint's own clock where it tells it: ours may differ.
  const theirNowMs = Date.parse(headers?.get("date") ?? "");
  const now = Number.isNaN(theirNowMs) ? nowMs : theirNowMs;
  return (
    waitOf(headers?.get("retry-after"), now) ??
    resetMs(headers, now) ??
    waitOf(complaint?.retryDelay, now) ??
    waitOf(
      /\b(?:try|retry)\b.{0,20}?\b(?:in|after) (\d[\d.a-z ]*)/i.exec(complaint?.words ?? "")?.[1],
      now,
    ) ??
    (ofADay.test(complaint?.words ?? "") ? dayLookMs : undefined)
  );
}

/** A quota of a day, where nothing says when it is renewed: worth a look an hour. */
const ofADay = /\b(?:daily|per day|a day|24 hours)\b|\b[RT]PD\b/i;
const dayLookMs = 3_600_000;

/** The latest of the resets of the limits that are used up; of all limits if none says so. */
function resetMs(headers: Headers | undefined, nowMs: number): number | undefined {
  const waits: { readonly waitMs: number; readonly usedUp: boolean }[] = [];
  for (const [name, value] of headers ?? []) {
    if (!/ratelimit/i.test(name) || !/reset/i.test(name)) continue;
    const waitMs = waitOf(value, nowMs);
    const remaining = headers?.get(name.replace(/reset(?:-after)?/i, "remaining"));
    if (waitMs !== undefined) waits.push({ waitMs, usedUp: count(remaining) === 0 });
  }
  const usedUp = waits.filter((wait) => wait.usedUp);
  // A limit that is hardly used is reset at once, so the longest wait is that of the one in question.
  const decisive = usedUp.length > 0 ? usedUp : waits;
  return decisive.length === 0 ? undefined : Math.max(...decisive.map(({ waitMs }) => waitMs));
}

/** Seconds, a time since 1970 in seconds or milliseconds, a duration such as `1h6m0.5s`, or a date. */
function waitOf(value: string | null | undefined, nowMs: number): number | undefined {
  const number = count(value);
  if (number !== undefined) {
    // No endpoint asks to wait for thirty years.
    if (number > 1e12) return Math.max(0, number - nowMs);
    if (number > 1e9) return Math.max(0, number * 1_000 - nowMs);
    return Math.ceil(number * 1_000);
  }
  const duration = durationMs(value ?? "");
  if (duration !== undefined) return duration;
  const date = Date.parse(value ?? "");
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

function durationMs(value: string): number | undefined {
  const parts = [...value.trim().matchAll(/(\d+(?:\.\d+)?)\s*(ms|[smhd])[a-z]*\.?\s*/gi)];
  if (parts.length === 0 || parts[0]?.index !== 0) return undefined;
  const sum = parts.reduce(
    (total, [, number, unit]) => total + Number(number) * (unitMs[unit?.toLowerCase() ?? ""] ?? 0),
    0,
  );
  return Math.ceil(sum);
}

function count(value: string | null | undefined): number | undefined {
  return /^\s*\d+(?:\.\d+)?\s*$/.test(value ?? "") ? Number(value) : undefined;
}
