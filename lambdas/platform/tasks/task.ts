/** The middleware of the state machine's tasks. */
import middy, { type MiddlewareObj } from "@middy/core";
import type { Context } from "aws-lambda";
import * as z from "zod";
import { log } from "../log.ts";
import { untilKilled } from "./deadline.ts";
import type { Invocation } from "./invocation.ts";

/** Time kept for booking usage and reporting an error after the last call has ended. */
const reserveMs = 2_000;

/**
 * @returns a Lambda handler that validates its input; it rethrows errors unchanged, because the
 * state machine matches their names
 */
export function taskHandler<Input extends object, Output>(
  schema: z.ZodType<Input>,
  run: (input: Input, invocation: Invocation) => Promise<Output>,
) {
  const handle = (event: Input, context: Context) => {
    const input = schema.parse(event);
    log.appendKeys(correlation(input));
    return run(input, invocationOf(context));
  };
  return middy<Input, Output>(untilKilled).use(taskLogs<Input, Output>()).handler(handle);
}

function taskLogs<Input extends object, Output>(): MiddlewareObj<Input, Output> {
  return {
    before: ({ event, context }) => {
      log.resetKeys();
      log.appendKeys({ ...correlation(event), request_id: context.awsRequestId });
    },
    onError: ({ error }) => {
      log.warn("task ended with an error", { error: error as Error });
    },
  };
}

/**
 * The attempt and batch of a task: the only parts of its input that logs contain. Events name the
 * attempt differently and are parsed to the same form.
 */
function correlation(input: object): Record<string, unknown> {
  const { attempt } = input as { attempt?: unknown };
  const flat = typeof attempt === "object" && attempt !== null ? attempt : input;
  const names = ["jobId", "attempt", "batch"];
  return Object.fromEntries(Object.entries(flat).filter(([name]) => names.includes(name)));
}

/** @returns a Lambda handler for a schedule, whose event is ignored */
export function scheduledHandler(run: (invocation: Invocation) => Promise<void>) {
  return taskHandler(z.looseObject({}), (_, invocation) => run(invocation));
}

function invocationOf(context: Context): Invocation {
  return {
    id: context.awsRequestId,
    deadlineMs: Date.now() + context.getRemainingTimeInMillis() - reserveMs,
  };
}
