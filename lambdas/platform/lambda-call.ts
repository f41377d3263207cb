/** A call of one function by another, which waits for the answer. */
import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as z from "zod";

/** The function threw. */
export class FunctionThrewError extends Error {
  override readonly name = "FunctionThrewError";
  /** Name and message of its error; missing where Lambda ended it. */
  readonly thrown: { readonly errorType?: string; readonly errorMessage?: string };

  /** @param told what Lambda hands over, as it is */
  constructor(told: string) {
    super(told);
    this.thrown = thrownOf(told);
  }

  /** Whether its process ended in the middle of the call. */
  get isDead(): boolean {
    return this.thrown.errorType === "Runtime.ExitError";
  }
}

/** The function did not answer in time. It may still run. */
export class FunctionTimeoutError extends Error {
  override readonly name = "FunctionTimeoutError";
}

const thrownSchema = z.object({
  errorType: z.string().exactOptional(),
  errorMessage: z.string().exactOptional(),
});

/**
 * @param timeoutMs @default as long as the function runs
 * @returns what the function answered, `null` for nothing
 * @throws FunctionThrewError, FunctionTimeoutError, and what the client throws
 */
export async function callFunction(
  client: LambdaClient,
  functionName: string,
  input: object,
  timeoutMs?: number,
): Promise<unknown> {
  const command = new InvokeCommand({
    FunctionName: functionName,
    Payload: JSON.stringify(input),
  });
  const abortSignal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
  const { FunctionError, Payload } = await client
    .send(command, abortSignal === undefined ? {} : { abortSignal })
    .catch((error: unknown) => {
      if (abortSignal?.aborted) throw new FunctionTimeoutError(`no answer in ${timeoutMs} ms`);
      throw error;
    });
  const told = Buffer.from(Payload ?? []).toString("utf8");
  if (FunctionError !== undefined) throw new FunctionThrewError(told);
  return parsed(told);
}

/** Lambda tells as JSON what a function threw; of one that it ended it may tell in words. */
function thrownOf(told: string): FunctionThrewError["thrown"] {
  try {
    return thrownSchema.safeParse(parsed(told)).data ?? {};
  } catch {
    return {};
  }
}

function parsed(told: string): unknown {
  return JSON.parse(told || "null");
}
