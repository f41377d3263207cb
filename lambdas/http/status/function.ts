import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // A long poll lasts up to 20 s, and memory is its cost.
  memoryMb: 256,
  table: { reads: ["apiKey", "job", "gate", "breaker"] },
  listsJobs: true,
} as const satisfies FunctionSpec;
