/**
 * Jobs that ran when `npm start` was stopped continue at the next start. The emulator aborts
 * running executions when it stops and sends no event. Without this, the first scheduled sweep
 * would find them after a minute and mark them as failed.
 */
import {
  InvokeCommand,
  LambdaClient,
  type LambdaClientConfig,
  paginateListFunctions,
} from "@aws-sdk/client-lambda";
import type { Client } from "../cli/client.ts";
import { ApiError } from "../cli/errors.ts";
import type { JobAnswer } from "../lambdas/contract/calls/jobs.ts";

/** The emulator's error name for an execution that it aborted. */
const endedWithEmulator = "States.ServiceRestart";

export interface ResumePorts {
  /** A client with the key of the tenant whose jobs are resumed. */
  readonly client: Pick<Client, "jobs" | "retry">;
  /** Runs sweep, which finds ended executions and ends their jobs. */
  readonly sweep: () => Promise<void>;
  /** Resolves after the scheduled sweep has also run. */
  readonly scheduledSweep: () => Promise<void>;
}

export interface ResumeReport {
  readonly resumed: number;
  /** Jobs that could not be resumed, with the reason by job id. */
  readonly refused: ReadonlyMap<string, unknown>;
}

/** Resumes the jobs that the emulator aborted; jobs that failed for another reason stay failed. */
export async function resumeInterrupted({
  client,
  sweep,
  scheduledSweep,
}: ResumePorts): Promise<ResumeReport> {
  const failure = await sweep().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (failure !== undefined) await scheduledSweep();
  const found = await interrupted(client);
  // Either nothing ran, or no sweep has ended it yet.
  if (failure !== undefined && found.length === 0) throw failure.error;
  const refused = new Map<string, unknown>();
  let resumed = 0;
  // Oldest first, in the order of submission.
  for (const { job_id } of found.toReversed()) {
    try {
      await client.retry(job_id);
      resumed += 1;
    } catch (error) {
      refused.set(job_id, error);
    }
  }
  return { resumed, refused };
}

/** Collects all of them before the first is resumed, because resuming changes the list. */
async function interrupted(client: ResumePorts["client"]): Promise<JobAnswer[]> {
  const found: JobAnswer[] = [];
  let cursor: string | undefined;
  do {
    const query = {
      status: "failed" as const,
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    };
    const page = await client.jobs(query);
    found.push(...page.jobs.filter(({ error }) => error?.message.includes(endedWithEmulator)));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}

/** Lines for the user; empty if there is nothing to report. */
export function resumeReportText({ resumed, refused }: ResumeReport): string[] {
  const jobs = resumed === 1 ? "1 job that was" : `${resumed} jobs that were`;
  return [
    ...(resumed === 0
      ? []
      : [`${jobs} running when Sluice was stopped ${resumed === 1 ? "continues" : "continue"}.`]),
    ...[...refused].flatMap(([id, error]) => [
      `Job ${id} cannot continue: ${messageOf(error)}`,
      // If a retry is not possible, the error already says what to do.
      ...(error instanceof ApiError && error.code !== "not_retryable"
        ? [`  Resume it with: npm run sluice -- retry ${id}`]
        : []),
    ]),
  ];
}

/** Lines for the user if interrupted jobs could not be found. */
export function unknownJobsText(error: unknown): string[] {
  return [
    `Sluice could not check for interrupted jobs: ${messageOf(error)}`,
    "  List failed jobs, and retry them, with: npm run sluice -- jobs --status failed",
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Invokes the deployed sweep once, without waiting for its schedule.
 * @throws Error also if the function ran and failed, which Lambda reports with status 200
 */
export async function sweepOnce(reach: LambdaClientConfig): Promise<void> {
  const lambda = new LambdaClient(reach);
  try {
    for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
      const sweep = Functions.find(({ Description = "" }) =>
        Description.endsWith("the step sweep"),
      );
      if (sweep === undefined) continue;
      const { FunctionError, Payload } = await lambda.send(
        new InvokeCommand({ FunctionName: sweep.FunctionName, Payload: "{}" }),
      );
      if (FunctionError === undefined) return;
      const answer = Payload?.transformToString() ?? "";
      throw new Error(`Sweep failed (${FunctionError}): ${answer}`);
    }
    throw new Error("The stack has no function for the step sweep.");
  } finally {
    lambda.destroy();
  }
}
