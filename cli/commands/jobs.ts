import { type Command, Option } from "@commander-js/extra-typings";
import type { AcceptedAnswer } from "../../lambdas/contract/calls/ingest.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { jobStatuses, stageNames } from "../../lambdas/contract/vocabulary.ts";
import type { Client } from "../client.ts";
import { onInterrupt } from "../interrupt.ts";
import { asJson, pageLimit } from "../options.ts";
import { type Output, output, table } from "../output.ts";
import { describe, holdUp } from "../progress.ts";
import { advice, follow, openClient, patienceOption, statusOf, viewFor } from "../session.ts";

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
    .description("resume a failed or cancelled job where it stopped")
    .argument("<id>", "the job's id")
    .option("--watch", "follow the job until it ends")
    .addOption(patienceOption("the queue is full"))
    .option("--json", asJson)
    .action(async (id, options) => {
      const out = output(options.json === true);
      const client = openClient(out.note, options.patience);
      const accepted: AcceptedAnswer = await client.retry(id);
      out.result(`Job ${id} is queued again at position ${accepted.queue_position}.`, accepted);
      if (!options.watch) return;
      const job = await watch(client, id, out);
      if (!out.json) out.result(details(job), job);
      process.exitCode = statusOf(job);
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

async function watch(client: Client, id: string, out: Output): Promise<JobAnswer> {
  const view = viewFor(out.json);
  const stopListening = onInterrupt(() => [id], view.end);
  const job = await follow(client, id, id, view, {
    onChange: (state) => {
      if (out.json) out.result("", state);
    },
  }).finally(stopListening);
  view.end();
  return job;
}

/** Everything a person needs to know about one job. */
function details(job: JobAnswer): string {
  const stages = stageNames.map((name) => {
    const stage = job.stages[name];
    const { status, done, total } = stage;
    return [name, status, total === null ? "" : `${done}/${total}`, holdUp(name, stage)];
  });
  const lines = [
    `Job ${job.job_id}, attempt ${job.attempt}: ${describe(job)}`,
    `Document ${job.document_id}, version ${job.document_version}`,
    `Submitted ${job.submitted_at}${job.started_at === undefined ? "" : `, started ${job.started_at}`}`,
    table(stages),
  ];
  for (const { index, code, message } of job.result?.failed_chunks ?? []) {
    lines.push(`Chunk ${index} has no metadata: ${message} (${code})`);
  }
  const hint = advice(job);
  return (hint === undefined ? lines : [...lines, hint]).join("\n");
}
