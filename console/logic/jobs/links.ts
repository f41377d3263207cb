/** What leads from a job to the tools around it. */
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";

/** A request for the job, with the key by name: what is copied must hold no secret. */
export function curlOf(base: string, { job_id: id }: Pick<JobAnswer, "job_id">): string {
  return `curl -H "x-api-key: $SLUICE_API_KEY" "${base}/jobs/${encodeURIComponent(id)}"`;
}

const emulatorAccount = "000000000000";

/** The job's execution in the console of AWS; undefined on a laptop and for a tenant's key. */
export function executionLink({ execution_arn: arn }: JobAnswer): string | undefined {
  const [, partition, , region, account] = arn?.split(":") ?? [];
  if (arn === undefined || partition !== "aws" || account === emulatorAccount) return undefined;
  return `https://${region}.console.aws.amazon.com/states/home?region=${region}#/v2/executions/details/${arn}`;
}

/** The command that shows the job's log lines. */
export function logCommand(job: JobAnswer): string {
  const aws = executionLink(job) === undefined ? "" : " --aws";
  return `npm run sluice -- logs ${job.job_id}${aws}`;
}
