/** Times of provider calls, and of what waits for them. Units stand in the names. */
/** A batch step's function; shorter than its Task, which is shorter than its lease. */
export const batchTimeoutSeconds = 90;

export const taskTimeoutSeconds = 100;

export const permitLeaseMs = 95_000;

export const llmCallTimeoutMs = 30_000;

export const embeddingCallTimeoutMs = 15_000;

/** Texts in one embedding call. */
export const embeddingTextsPerCall = 16;

/** Attempts of one call inside the model gateway: the first and 3 retries (1, 2, 4 s). */
export const callRetryDelaysMs = [1_000, 2_000, 4_000] as const;

/** A provider's `Retry-After` is honoured up to this. */
export const maxRetryAfterMs = 20_000;
