/**
 * What ran when `npm start` was stopped goes on at the next start. The emulator
 * ends running executions with itself and tells nobody: without this the first
 * sweep of the schedule would find them after a minute, and end them as failed.
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

/** The emulator's word for an execution that ended with it. */
const endedWithEmulator = "States.ServiceRestart";

export interface GoOnPorts {
  /** With the key of the tenant whose jobs are meant. */
  readonly client: Pick<Client, "jobs" | "retry">;
  /** Finds executions that have ended, and ends their jobs. */
  readonly sweep: () => Promise<void>;
  /** Resolves when the schedule has swept, too. */
  readonly scheduledSweep: () => Promise<void>;
}

export interface WentOn {
  readonly resumed: number;
  /** Why each of the others could not be resumed, by its id. */
  readonly refused: ReadonlyMap<string, unknown>;
}

/** Resumes the jobs that ended with the emulator; what failed for another reason stays as it is. */
export async function goOn({ client, sweep, scheduledSweep }: GoOnPorts): Promise<WentOn> {
  const failure = await sweep().then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (failure !== undefined) await scheduledSweep();
  const found = await interrupted(client);
  // Nothing ran, or no sweep has ended it: nobody knows.
  if (failure !== undefined && found.length === 0) throw failure.error;
  const refused = new Map<string, unknown>();
  let resumed = 0;
  // The oldest first, as they were sent.
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

/** All of them before the first is resumed, which changes the list. */
async function interrupted(client: GoOnPorts["client"]): Promise<JobAnswer[]> {
  const found: JobAnswer[] = [];
  let cursor: string | undefined;
  do {
    const query = { status: "failed", limit: 100, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.jobs(query);
    found.push(...page.jobs.filter(({ error }) => error?.message.includes(endedWithEmulator)));
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return found;
}

/** What a person is told of it; nothing if there is nothing to tell. */
export function wentOnText({ resumed, refused }: WentOn): string[] {
  const jobs = resumed === 1 ? "1 job that was" : `${resumed} jobs that were`;
  return [
    ...(resumed === 0
      ? []
      : [`${jobs} running when it was stopped ${resumed === 1 ? "goes" : "go"} on.`]),
    ...[...refused].flatMap(([id, error]) => [
      `Job ${id} does not go on: ${messageOf(error)}`,
      // A job that cannot be retried says itself what can be done.
      ...(error instanceof ApiError && error.code !== "not_retryable"
        ? [`  Resume it: npm run sluice -- retry ${id}`]
        : []),
    ]),
  ];
}

/** What a person is told when it could not be found out what ran. */
export function unseenText(error: unknown): string[] {
  return [
    `Whether jobs were running when it was stopped could not be seen: ${messageOf(error)}`,
    "  Those that failed can be resumed: npm run sluice -- jobs --status failed",
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs the deployed sweep once, without waiting for its schedule.
 * @throws Error also when the function was run and failed, which Lambda answers with 200
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
      throw new Error(`The sweep failed (${FunctionError}): ${answer}`);
    }
    throw new Error("The stack has no function for the step sweep.");
  } finally {
    lambda.destroy();
  }
}
