import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { storeTimeoutSeconds } from "../../vectors/limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: storeTimeoutSeconds,
  // All vectors of a document at once (5,000 × 1,536 floats are 31 MB), in JavaScript and in Arrow.
  memoryMb: 2048,
  table: { writes: ["job", "tenant", "lease", "collection"] },
  documents: "read",
  // A commit may clear away files that no version refers to any more.
  vectors: "remove",
} as const satisfies FunctionSpec;
