import { batchTimeoutSeconds } from "../../../models/limits.ts";
import { type FunctionSpec, noAccess } from "../../../platform/deploy/function-spec.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: batchTimeoutSeconds,
  // One inference thread uses a whole core, and no second one.
  memoryMb: 1769,
  table: "write",
  documents: "write",
  model: "embeddings",
  secret: "EMBEDDINGS_API_KEY",
} as const satisfies FunctionSpec;
