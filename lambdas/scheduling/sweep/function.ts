import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  // Ends before the next minute's sweep begins.
  timeoutSeconds: 55,
  memoryMb: 512,
  table: {
    reads: ["breaker", "limiter", "reindex"],
    writes: ["gate", "job", "watch", "tallies", "attachment"],
  },
  wakes: true,
} as const satisfies FunctionSpec;
