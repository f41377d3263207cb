import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { extractTimeoutSeconds } from "../limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: extractTimeoutSeconds,
  // The parser's process may take 1.5 GB; a file of 50 MB and its text lie beside it.
  memoryMb: 2048,
  table: { writes: ["job", "attachment"] },
  documents: "write",
} as const satisfies FunctionSpec;
