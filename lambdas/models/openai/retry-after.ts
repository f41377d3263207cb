/**
 * How long an endpoint asks to wait: `retry-after-ms`, or `Retry-After` in
 * seconds or as an HTTP date (RFC 9110, 10.2.3). `undefined` when it does not
 * ask, or not legibly.
 */
export function retryAfterMs(headers: Headers | undefined, nowMs: number): number | undefined {
  const exact = count(headers?.get("retry-after-ms"));
  if (exact !== undefined) return exact;
  const value = headers?.get("retry-after");
  const seconds = count(value);
  if (seconds !== undefined) return Math.ceil(seconds * 1_000);
  const date = Date.parse(value ?? "");
  if (Number.isNaN(date)) return undefined;
  // Against the endpoint's own clock where it tells it: ours may differ.
  const theirNowMs = Date.parse(headers?.get("date") ?? "");
  return Math.max(0, date - (Number.isNaN(theirNowMs) ? nowMs : theirNowMs));
}

function count(value: string | null | undefined): number | undefined {
  return /^\s*\d+(?:\.\d+)?\s*$/.test(value ?? "") ? Number(value) : undefined;
}
