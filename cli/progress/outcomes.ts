/** How the files of one command ended, and the summary of all of them. */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { isTextKept } from "../../lambdas/contract/retention.ts";
import { withCode } from "../errors.ts";
import type { Output } from "../output.ts";
import { quoted, typed } from "../typed-command.ts";

const outcomeKinds = [
  "stored",
  "unchanged",
  "superseded",
  "queued",
  "cancelled",
  "failed",
] as const;

/** How one file ended. */
export interface Outcome {
  /** The path, or the id of a job. */
  readonly name: string;
  readonly kind: (typeof outcomeKinds)[number];
  /** Why it failed. */
  readonly reason?: string;
  /** The failed job, if a retry can help. */
  readonly retryJobId?: string;
  /** Whether the same file can be accepted later; it has no job. */
  readonly sendAgain?: boolean;
}

export function outcomeOf(name: string, job: JobAnswer, nowMs = Date.now()): Outcome {
  switch (job.status) {
    case "queued":
    case "processing":
      return { name, kind: "queued" };
    case "cancelled":
      return { name, kind: "cancelled" };
    case "completed":
      if (job.result?.superseded) return { name, kind: "superseded" };
      return { name, kind: job.result?.unchanged ? "unchanged" : "stored" };
    case "failed": {
      const { stage, message, code, retryable = false } = job.error ?? {};
      const reason = `failed in ${stage}: ${withCode(message, code)}`;
      const helps = retryable && isTextKept(job.submitted_at, nowMs);
      return { name, kind: "failed", reason, ...(helps ? { retryJobId: job.job_id } : {}) };
    }
  }
}

/** `{files: 60, stored: 57, unchanged: 2, failed: 1}`, for machines. */
function counts(outcomes: readonly Outcome[]): Record<string, number> {
  const result: Record<string, number> = { files: outcomes.length };
  for (const kind of outcomeKinds) {
    result[kind] = outcomes.filter((outcome) => outcome.kind === kind).length;
  }
  return result;
}

/** More ids than this make a command that nobody wants to copy. */
const mostNamed = 20;

/**
 * The last lines of a command with several files.
 * @param what one of them, for example `file`
 */
function summary(outcomes: readonly Outcome[], what: string): string {
  const { files = 0, ...kinds } = counts(outcomes);
  const some = Object.entries(kinds).filter(([, count]) => count > 0);
  const total = `${files} ${what}${files === 1 ? "" : "s"}`;
  const lines = [`${total}: ${some.map(([kind, count]) => `${count} ${kind}`).join(", ")}`];
  for (const { name, reason } of outcomes.filter(({ kind }) => kind === "failed")) {
    lines.push(`  ${name}: ${reason}`);
  }
  return [...lines, ...waysOn(outcomes)].join("\n");
}

function waysOn(outcomes: readonly Outcome[]): string[] {
  const jobs = outcomes.flatMap(({ retryJobId }) => retryJobId ?? []);
  const files = outcomes.flatMap(({ sendAgain, name }) => (sendAgain === true ? [name] : []));
  const lines: string[] = [];
  if (jobs.length > 0) {
    const which = jobs.length > mostNamed ? "--failed" : jobs.join(" ");
    const them = jobs.length === 1 ? "the failed job" : `the ${jobs.length} failed jobs`;
    lines.push(`Resume ${them} with: ${typed(`retry ${which} --watch`)}`);
  }
  if (files.length > mostNamed) {
    lines.push("Run the same command again: files that are stored already cost nothing.");
  } else if (files.length > 0) {
    const them = files.length === 1 ? "the file" : `the ${files.length} files`;
    lines.push(
      `Send ${them} again with: ${typed(`ingest ${files.map(quoted).join(" ")} --watch`)}`,
    );
  }
  return lines;
}

/** The summary: to standard error for a person, as the last line for a machine. */
export function report(outcomes: readonly Outcome[], out: Output, what: string): void {
  if (out.json) out.result("", { type: "summary", ...counts(outcomes) });
  else out.note(summary(outcomes, what));
}
