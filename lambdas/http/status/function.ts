import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // A long poll is held for up to 20 s, and memory is what the wait costs.
  memoryMb: 256,
  table: "read",
  listsJobs: true,
} as const satisfies FunctionSpec;
