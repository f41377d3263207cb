/**
 * Jobs whose documents bring attachments that may not have been queued yet. Noted before the job
 * can complete, so that none is lost; sweep looks at each.
 */
export interface PendingAttachments {
  /** Noted twice is noted once. */
  note(jobId: string): Promise<void>;
  /** Ids of jobs, in order. */
  list(): Promise<readonly string[]>;
  /** Nothing is left to queue. */
  forget(jobId: string): Promise<void>;
}
