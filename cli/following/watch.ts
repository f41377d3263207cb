/** Follows one job, and shows all about it. */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { stageNames } from "../../lambdas/contract/vocabulary.ts";
import type { Client } from "../client.ts";
import { withCode } from "../errors.ts";
import { onInterrupt } from "../interrupt.ts";
import { type Output, table } from "../output.ts";
import { describe, holdUp } from "../progress/describe.ts";
import { advice, follow, viewFor } from "../session.ts";

/** Shows a job's progress until it ends; with `--json`, prints each state. */
export async function watch(client: Client, id: string, out: Output): Promise<JobAnswer> {
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
export function details(job: JobAnswer): string {
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
    lines.push(`Chunk ${index} has no metadata: ${withCode(message, code)}`);
  }
  const hint = advice(job);
  return (hint === undefined ? lines : [...lines, hint]).join("\n");
}
