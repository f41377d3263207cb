/** How an execution's failure reads in a job's `error`. */
import * as z from "zod";
import {
  jobErrorCodes,
  type OtherJobErrorCode,
  permanentJobErrors,
} from "../../contract/job-errors.ts";
import { type StageName, stageNames } from "../../contract/vocabulary.ts";
import type { Job, JobError } from "../../records/jobs/job.ts";
import { stagesOf } from "../../records/jobs/progress.ts";
import type { Ending, ExecutionError } from "../orchestration.ts";

/** Lambda's description of a thrown error, which Step Functions hands on as the cause. */
const lambdaCause = z.object({ errorMessage: z.string() });

/** Longer messages are cut: a job must stay a small item. */
const maxMessageLength = 1_000;

export function describeFailure(job: Job, ending: Ending): JobError {
  switch (ending.kind) {
    case "failed":
      return fromExecution(job, ending.failure);
    case "overdue":
      return withoutError(
        "deadline_exceeded",
        "The job did not end within the time a job may take. Retry it: what is done is kept.",
        job,
      );
    case "ended":
    case "cancelled":
      return withoutError(
        "execution_lost",
        "The execution ended without storing the document. Retry it: what is done is kept.",
        job,
      );
  }
}

function withoutError(code: OtherJobErrorCode, message: string, job: Job): JobError {
  return { code, message, stage: currentStage(job), retryable: true };
}

function fromExecution(job: Job, failure: ExecutionError): JobError {
  const code = jobErrorCodes.get(failure.error) ?? ("step_failed" satisfies OtherJobErrorCode);
  const text = messageOf(failure);
  const named = stageNames.find((stage) => text.startsWith(`${stage}: `));
  const message = named === undefined ? text : text.slice(named.length + 2);
  return {
    code,
    message: message.slice(0, maxMessageLength),
    stage: named ?? currentStage(job),
    retryable: !permanentJobErrors.has(code),
  };
}

function messageOf({ error, cause }: ExecutionError): string {
  const parsed = z
    .string()
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue("not JSON");
        return z.NEVER;
      }
    })
    .pipe(lambdaCause)
    .safeParse(cause);
  if (parsed.success) return parsed.data.errorMessage;
  return cause === "" ? `The step ended with ${error}.` : `${error}: ${cause}`;
}

/** Where the job stood, for failures that do not say. */
function currentStage(job: Job): StageName {
  const stages = stagesOf(job);
  return stageNames.find((stage) => stages[stage].status !== "done") ?? "storage";
}
