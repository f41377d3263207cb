/** Fixed limits, and the numbers that follow from settings. Units stand in the names. */

/** API Gateway waits 29 s for a function; requests end before that. */
export const httpTimeoutSeconds = 29;
/** Inline `text` in a request body, in bytes of UTF-8. */
export const maxInlineBytes = 4 * 1024 * 1024;
/** An answer that may grow is cut here: a function may answer 6 MB. */
export const maxAnswerBytes = 5 * 1024 * 1024;
/** A document put through `POST /v1/uploads`. */
export const maxUploadBytes = 50 * 1024 * 1024;
export const maxChunks = 5_000;
/** Terminal jobs, their texts and batches, and cached answers. */
export const retentionDays = 30;

/**
 * Texts and batches go 60 days after the submission, by a rule of the bucket
 * that knows nothing of jobs, while each failed end keeps its job for
 * `retentionDays` more. A retry that is accepted by this day has two days to
 * wait and run in (`jobTimeoutSeconds` is eight hours); a later one could only fail.
 */
export const retryableDays = 58;

/** Whether what a retry would read is there long enough; the job's state is another question. */
export function isTextKept(submittedAt: string, nowMs: number): boolean {
  return nowMs < Date.parse(submittedAt) + retryableDays * 86_400_000;
}

/** The chunk function: 50 MB of the slowest text to cut, with room. */
export const chunkTimeoutSeconds = 300;

/** A batch step's function; shorter than its Task, which is shorter than its lease. */
export const batchTimeoutSeconds = 90;
export const taskTimeoutSeconds = 100;
export const permitLeaseMs = 95_000;
export const llmCallTimeoutMs = 30_000;
export const embeddingCallTimeoutMs = 15_000;
/** Texts in one embedding call. */
export const embeddingTextsPerCall = 16;

/** The store function, and the lease it holds on a document meanwhile (longer). */
export const storeTimeoutSeconds = 300;
export const documentLeaseMs = 330_000;

/** An id at the gate without a job is younger than this only while its submission runs. */
export const orphanAgeMs = 60_000;

/**
 * An end, or a cancel, younger than this is still being told and its slot given
 * back; what died over it is made good by the next sweep, so within two minutes.
 */
export const endingAgeMs = 30_000;

/** Idempotency keys answer repeats for a day. */
export const idempotencyMs = 24 * 3_600_000;

/** Attempts of one call inside the model gateway: the first and 3 retries (1, 2, 4 s). */
export const callRetryDelaysMs = [1_000, 2_000, 4_000] as const;
/** A provider's `Retry-After` is honoured up to this. */
export const maxRetryAfterMs = 20_000;

/**
 * Chunks in a batch. Small documents show progress often; large ones keep to
 * about a hundred batches a stage, so that the execution's history stays
 * under its limit of 25,000 events.
 */
export function batchSize(chunkCount: number): number {
  return Math.max(10, Math.ceil(chunkCount / 100));
}

export function batchCount(chunkCount: number, size: number): number {
  return Math.ceil(chunkCount / size);
}

/**
 * More batches at once would not be faster, because permits set the pace, but
 * each one that waits adds to the execution's history.
 */
const maxMapConcurrency = 8;

/** Batches of one stage that a job runs at once; a literal `MaxConcurrency` in the state machine. */
export function mapConcurrency(cap: number, maxActive: number): number {
  return Math.min(maxMapConcurrency, Math.max(1, Math.floor(cap / maxActive)));
}

/** How long a job may run: an outage waited out, and two hours of work. */
export function jobTimeoutSeconds(outageLimitSeconds: number): number {
  return outageLimitSeconds + 7_200;
}
