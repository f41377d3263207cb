/** Shared by all commands: the client, and messages about pauses and failures. */
import { Option } from "@commander-js/extra-typings";
import type { JobAnswer } from "../lambdas/contract/calls/jobs.ts";
import { isTextKept } from "../lambdas/contract/retention.ts";
import { type Client, createClient, type Pause } from "./client.ts";
import { connection } from "./connection.ts";
import { pauseText } from "./errors.ts";
import { wholeNumber } from "./options.ts";
import { noView, type ProgressView, progressView } from "./progress/view.ts";
import { typed } from "./typed-command.ts";

/** Total time that a command waits when the API asks it to come back later. */
const defaultPatienceSeconds = 300;

/** @param meanwhile the state that the command waits out */
export function patienceOption(meanwhile: string) {
  return new Option("--patience <seconds>", `total seconds to wait while ${meanwhile}`)
    .argParser(wholeNumber)
    .default(defaultPatienceSeconds);
}

/**
 * @param patienceSeconds the value of --patience; undefined for the default, which no option
 * changes; 0 for none
 */
export function openClient(say: (line: string) => void, patienceSeconds?: number): Client {
  return createClient({
    ...connection(),
    patienceMs: (patienceSeconds ?? defaultPatienceSeconds) * 1_000,
    patienceIsTold: Boolean(patienceSeconds),
    onPause: ({ seconds, reason }: Pause) => say(pauseText(reason, seconds)),
  });
}

/** Follows a job to its end. Shows it to a person, or prints each state as a line of JSON. */
export async function follow(
  client: Client,
  name: string,
  jobId: string,
  view: ProgressView,
  options: { waitSeconds?: number; onChange?: (job: JobAnswer) => void } = {},
): Promise<JobAnswer> {
  const { waitSeconds, onChange } = options;
  let last: JobAnswer | undefined;
  for await (const job of client.watch(jobId, waitSeconds === undefined ? {} : { waitSeconds })) {
    last = job;
    onChange?.(job);
    view.show(name, job);
  }
  if (last === undefined) throw new Error(`Job ${jobId} was never seen.`);
  return last;
}

/** @param total number of files that will be shown */
export function viewFor(json: boolean, total = 1): ProgressView {
  return json ? noView : progressView({ total });
}

/** 0 for a job that completed or still can; 1 for a failed or cancelled job. */
export function statusOf(job: JobAnswer): 0 | 1 {
  return job.status === "failed" || job.status === "cancelled" ? 1 : 0;
}

/** What to do about a failed job. */
export function advice(job: JobAnswer, nowMs = Date.now()): string | undefined {
  if (job.status !== "failed") return undefined;
  if (!isTextKept(job.submitted_at, nowMs)) {
    return "The job was submitted too long ago to be retried. Ingest the document again.";
  }
  return job.error?.retryable
    ? `Resume it from where it stopped with: ${typed(`retry ${job.job_id}`)}`
    : "A retry cannot help. Change the document or its options and ingest it again.";
}
