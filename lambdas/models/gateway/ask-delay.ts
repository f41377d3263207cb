/** How long a text waits between a failed ask and the next one. */
import type { Breaker } from "../breaker/breaker.ts";
import { AnswerUnusableError, ProviderThrottledError, ProviderTimeoutError } from "../errors.ts";
import {
  askDelaysMs,
  clockSkewMs,
  equalDelays,
  maxDelayAfterTimeoutMs,
  silentDelaysMs,
  throttledAsksAtOnce,
} from "../limits.ts";
import type { GatewayBatch } from "./model-gateway.ts";

export interface MadeAsk {
  /** Asks that are counted, this one included. */
  readonly asks: number;
  /** When the ask before it failed. */
  readonly failedAtMs: number | undefined;
  readonly probe: boolean;
}

type FailedAsk = Pick<MadeAsk, "asks" | "failedAtMs"> & {
  /** Asks of this run that failed before it. */
  readonly failures: number;
};

interface Source extends Pick<GatewayBatch<unknown>, "dependency"> {
  readonly patience: GatewayBatch<unknown>["patience"];
  readonly breaker: Pick<Breaker, "read">;
  /** Whether the breaker is told of time-outs. */
  readonly timeoutsCount: boolean;
}

/** Asked once the breaker knows of the failure. */
export async function askDelayMs(error: Error, ask: FailedAsk, source: Source): Promise<number> {
  const { patience } = source;
  if (patience === undefined || (await speaksAgainstText(error, ask, source))) {
    return askDelaysMs[ask.failures % askDelaysMs.length] ?? 0;
  }
  const delaysMs = silentDelaysMs[patience()];
  const delayMs = delaysMs[ask.asks - 1] ?? delaysMs.at(-1) ?? 0;
  return error instanceof ProviderTimeoutError
    ? Math.min(delayMs, maxDelayAfterTimeoutMs)
    : delayMs;
}

/**
 * Whether somebody got an answer between this failure of a text and the one before: then the provider
 * is there, and the text is at fault. An earlier answer says nothing, because the provider may be gone
 * since. While the breaker is open, its cool-down is the wait, and asks cost the text nothing.
 */
async function speaksAgainstText(
  error: Error,
  { asks, failedAtMs }: FailedAsk,
  { breaker, dependency, timeoutsCount }: Source,
): Promise<boolean> {
  if (error instanceof AnswerUnusableError) return true;
  if (asks <= equalDelays) return false;
  if (error instanceof ProviderTimeoutError && !timeoutsCount) return false;
  const now = await breaker.read(dependency);
  if (now.state !== "closed") return true;
  if (error instanceof ProviderThrottledError && asks >= throttledAsksAtOnce) return false;
  // A success removes the last failure, and the next one is the first of a new row.
  const { sinceMs = Infinity } = now.lastFailure ?? {};
  return failedAtMs !== undefined && sinceMs > failedAtMs + clockSkewMs;
}
