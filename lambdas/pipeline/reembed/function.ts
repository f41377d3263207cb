import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { storeTimeoutSeconds } from "../../vectors/limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: storeTimeoutSeconds,
  // As store: it holds a document's vectors, in JavaScript and in Arrow.
  memoryMb: 2048,
  table: { reads: ["answer"], writes: ["tenant", "lease", "collection", "reindex"] },
  vectors: "remove",
} as const satisfies FunctionSpec;
