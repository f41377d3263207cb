import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { eraseTimeoutSeconds } from "../limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: eraseTimeoutSeconds,
  memoryMb: 512,
  table: { writes: ["erasure", "job", "answer"] },
  listsJobs: true,
  documents: "remove",
} as const satisfies FunctionSpec;
