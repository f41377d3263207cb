/** How long records are kept. */
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

/** Idempotency keys answer repeats for a day. */
export const idempotencyMs = 24 * 3_600_000;
