import * as z from "zod";

/** `jobId-attempt`: the name of one run of a job, at the gate, in the limiter and as execution name. */
export type AttemptId = `${string}-${number}`;

export interface Attempt {
  readonly jobId: string;
  /** Counts from 1; a retry adds one. */
  readonly attempt: number;
}

export function attemptId({ jobId, attempt }: Attempt): AttemptId {
  return `${jobId}-${attempt}`;
}

export function parseAttemptId(id: string): Attempt {
  const dash = id.lastIndexOf("-");
  return { jobId: id.slice(0, dash), attempt: Number(id.slice(dash + 1)) };
}

/** The input of a task that works on one batch. */
export const batchTaskSchema = z.strictObject({
  jobId: z.string(),
  attempt: z.int().min(1),
  batch: z.int().min(0),
});

export type BatchTask = Attempt & { readonly batch: number };

/** The input of a task that works on the whole job. */
export const attemptSchema = z.strictObject({ jobId: z.string(), attempt: z.int().min(1) });
