import { type Command, Option } from "@commander-js/extra-typings";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { jobStatuses } from "../../lambdas/contract/vocabulary.ts";
import { UsageError } from "../errors.ts";
import { failedJobs, retryJobs } from "../following/retry-jobs.ts";
import { details, watch } from "../following/watch.ts";
import { asJson, pageLimit } from "../options.ts";
import { output, table } from "../output.ts";
import { describe } from "../progress/describe.ts";
import { openClient, patienceOption, statusOf } from "../session.ts";

export function addJobs(program: Command): void {
  program
    .command("jobs")
    .description("list jobs, newest first")
    .addOption(new Option("--status <status>", "only jobs with this status").choices(jobStatuses))
    .option("--document-id <id>", "only jobs of this document")
    .option("--limit <n>", "how many", pageLimit, 20)
    .option("--cursor <cursor>", "continue after the previous page")
    .option("--json", asJson)
    .action(async (options) => {
      const out = output(options.json === true);
      const page = await openClient(out.note).jobs({
        limit: options.limit,
        ...(options.status === undefined ? {} : { status: options.status }),
        ...(options.documentId === undefined ? {} : { document_id: options.documentId }),
        ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
      });
      if (out.json) for (const job of page.jobs) out.result("", job);
      else if (page.jobs.length === 0) out.note("No jobs.");
      else out.result(table(page.jobs.map(row)), page);
      if (page.next_cursor !== undefined) out.note(`More results: --cursor ${page.next_cursor}`);
    });
}

function row(job: JobAnswer): string[] {
  return [job.job_id, job.submitted_at.slice(0, 19), job.document_id, describe(job)];
}

export function addJob(program: Command): void {
  program
    .command("job")
    .description("show one job")
    .argument("<id>", "the job's id")
    .option("--watch", "follow the job until it ends")
    .option("--json", asJson)
    .action(async (id, options) => {
      const out = output(options.json === true);
      const client = openClient(out.note);
      const job = options.watch ? await watch(client, id, out) : await client.job(id);
      if (!out.json || !options.watch) out.result(details(job), job);
      process.exitCode = statusOf(job);
    });
}

export function addRetry(program: Command): void {
  program
    .command("retry")
    .description("resume failed or cancelled jobs where they stopped")
    .argument("[id...]", "the jobs' ids")
    .option("--failed", "all failed jobs that a retry can help")
    .option("--watch", "follow the jobs until they end")
    .addOption(patienceOption("the queue is full"))
    .option("--json", asJson)
    .action(async (ids, options) => {
      if ((ids.length === 0) === (options.failed !== true)) {
        throw new UsageError("Give the ids of jobs, or --failed.");
      }
      const out = output(options.json === true);
      const client = openClient(out.note, options.patience);
      const which = options.failed ? await failedJobs(client) : ids;
      if (which.length === 0) out.note("No failed job can be retried.");
      else
        process.exitCode = await retryJobs(which, { client, out, watch: options.watch === true });
    });
}

export function addCancel(program: Command): void {
  program
    .command("cancel")
    .description("stop a job that is queued or running")
    .argument("<id>", "the job's id")
    .option("--json", asJson)
    .action(async (id, options) => {
      const out = output(options.json === true);
      const job = await openClient(out.note).cancel(id);
      const text =
        job.status === "cancelled" ? `Job ${id} is cancelled.` : `Job ${id} is being cancelled.`;
      out.result(text, job);
    });
}
