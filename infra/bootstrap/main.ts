/** Runs a step's handler on a custom runtime: loads it once, then processes one event after the other. */
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Context } from "aws-lambda";
import { environment } from "../../lambdas/platform/environment.ts";
import { type Invocation, RuntimeApi } from "./runtime-api.ts";

/** The part of Lambda's context that handlers may use, without the old callbacks. */
type StepContext = Omit<Context, "done" | "fail" | "succeed">;
type Handler = (event: unknown, context: StepContext) => unknown;

function required(name: string): string {
  const value = environment[name];
  if (value === undefined) throw new Error(`${name} is not set. This file runs only in Lambda.`);
  return value;
}

/** For `store/index.handler`: the module's path without its extension, and the export. */
async function loadHandler(): Promise<Handler> {
  const handler = required("_HANDLER");
  const dot = handler.lastIndexOf(".");
  const file = join(required("LAMBDA_TASK_ROOT"), `${handler.slice(0, dot)}.mjs`);
  const module = (await import(pathToFileURL(file).href)) as Record<string, Handler | undefined>;
  const exported = module[handler.slice(dot + 1)];
  if (exported === undefined) throw new Error(`${handler} is not exported by ${file}.`);
  return exported;
}

function contextOf(invocation: Invocation): StepContext {
  return {
    awsRequestId: invocation.requestId,
    invokedFunctionArn: invocation.functionArn,
    functionName: required("AWS_LAMBDA_FUNCTION_NAME"),
    functionVersion: required("AWS_LAMBDA_FUNCTION_VERSION"),
    memoryLimitInMB: required("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"),
    logGroupName: environment["AWS_LAMBDA_LOG_GROUP_NAME"] ?? "",
    logStreamName: environment["AWS_LAMBDA_LOG_STREAM_NAME"] ?? "",
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => invocation.deadlineMs - Date.now(),
  };
}

const api = new RuntimeApi(required("AWS_LAMBDA_RUNTIME_API"));
const handler = await loadHandler().catch(async (error: unknown) => {
  await api.failInit(error);
  throw error;
});

for (;;) {
  const invocation = await api.next();
  // The emulator delays a response by up to 100 ms until it sees the first log line.
  process.stderr.write(`START RequestId: ${invocation.requestId}\n`);
  try {
    await api.succeed(invocation.requestId, await handler(invocation.event, contextOf(invocation)));
  } catch (error) {
    await api.fail(invocation.requestId, error);
  }
  // Node writes its cache at an exit, but processes of functions are killed. After the first call it
  // also holds the functions that only a call compiles; later flushes find nothing new.
  flushCompileCache();
}
