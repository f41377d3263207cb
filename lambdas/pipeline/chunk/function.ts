import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { chunkTimeoutSeconds } from "../limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: chunkTimeoutSeconds,
  // Holds a document of up to 50 MB as text, its tokens and its chunks.
  memoryMb: 1769,
  table: { writes: ["job", "tenant"] },
  documents: "write",
} as const satisfies FunctionSpec;
