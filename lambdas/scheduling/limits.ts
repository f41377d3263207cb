import { maxChunks } from "../contract/limits.ts";
import { type CallTimes, callTimeoutMs, embeddingTextsPerCall } from "../models/limits.ts";
import type { Settings } from "../platform/settings.ts";

/** An id at the gate without a job is younger than this only while its submission runs. */
export const orphanAgeMs = 60_000;

/**
 * An end, or a cancel, younger than this is still being told and its slot given
 * back; what died over it is made good by the next sweep, so within two minutes.
 */
export const endingAgeMs = 30_000;

/**
 * How long a job may run besides the work on its chunks: an outage waited out,
 * and two hours for chunking, storing, retries and waits.
 */
export function jobTimeoutSeconds(outageLimitSeconds: number): number {
  return outageLimitSeconds + 7_200;
}

type PaceSettings = Pick<
  Settings,
  "MAX_ACTIVE" | "METADATA_PER_JOB" | "LLM_MAX_PARALLEL" | "EMBEDDINGS_MAX_PARALLEL"
> &
  CallTimes;

/**
 * The longest that a healthy job works on one chunk, in milliseconds: all slots
 * are busy, so it has its fair share of permits, and every call takes as long
 * as a call may. The two branches run side by side.
 */
export function workMsPerChunk(settings: PaceSettings): number {
  const share = (cap: number) => Math.max(1, Math.floor(cap / settings.MAX_ACTIVE));
  const metadata = Math.min(settings.METADATA_PER_JOB, share(settings.LLM_MAX_PARALLEL));
  const embeddings = share(settings.EMBEDDINGS_MAX_PARALLEL);
  const timeoutMs = callTimeoutMs(settings);
  return Math.ceil(
    Math.max(
      timeoutMs.llm / metadata,
      // Batches may be smaller than a call could be, but hold no fewer than ten chunks.
      timeoutMs.embeddings / (Math.min(embeddingTextsPerCall, 10) * embeddings),
    ),
  );
}

/** The state machine's time-out, which is one for all jobs: that of the largest. */
export function longestJobSeconds(settings: PaceSettings & { OUTAGE_LIMIT_SECONDS: number }) {
  const workSeconds = Math.ceil((workMsPerChunk(settings) * maxChunks) / 1_000);
  return jobTimeoutSeconds(settings.OUTAGE_LIMIT_SECONDS) + workSeconds;
}

/** The functions of dispatch and finish: a handful of small writes. */
export const coordinationTimeoutSeconds = 30;

/** Longer than any single step takes: a batch, a store, the wait for a breaker. */
export const stalledAfterMs = 10 * 60_000;
