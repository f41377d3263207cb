/** How long records are kept. */
/** Terminal jobs after their end, and cached answers. */
export const retentionDays = 30;

/** A bucket rule deletes a job's file, text and batches this long after its submission. */
export const textDays = 60;

/**
 * A job is kept at least as long as its text: a removal of its document finds the text by the job.
 * The bucket rule may be a day late.
 */
export const jobDaysFromSubmission = textDays + 2;

/**
 * A retry accepted on the last of these days has two days
 * to wait and run (`longestJobSeconds` is 29 hours by default). A later retry could only fail.
 */
export const retryableDays = textDays - 2;

/** Whether the job's text still exists long enough for a retry; the job's status is checked separately. */
export function isTextKept(submittedAt: string, nowMs: number): boolean {
  return nowMs < Date.parse(submittedAt) + retryableDays * 86_400_000;
}

/**
 * How long the buckets keep an object's old versions after it was replaced or deleted: as long the
 * vectors can be restored to an earlier time, and no longer does removed text remain.
 */
export const oldVersionDays = 7;

/** How long an idempotency key returns the first response. */
export const idempotencyMs = 24 * 3_600_000;
