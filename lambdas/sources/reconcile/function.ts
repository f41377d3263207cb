import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  // Ends before its lease does.
  timeoutSeconds: 300,
  memoryMb: 512,
  table: { reads: ["job"], writes: ["lease", "source"] },
  sources: "objects",
  wakesFeed: true,
} as const satisfies FunctionSpec;
