import { batchTimeoutSeconds } from "../../../models/limits.ts";
import { type FunctionSpec, noAccess } from "../../../platform/deploy/function-spec.ts";
import { memoryMbFor } from "../function-memory.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: 90,
  // One inference thread uses a whole core, and no second one.
  memoryMb: 1769,
  sizeOf: (settings) => ({
    timeoutSeconds: batchTimeoutSeconds(settings.EMBEDDINGS_CALL_TIMEOUT_SECONDS),
    memoryMb: memoryMbFor(settings.EMBEDDINGS_PROVIDER),
  }),
  table: { writes: ["job", "answer", "limiter", "breaker", "tallies"] },
  documents: "write",
  model: "embeddings",
  secret: "EMBEDDINGS_API_KEY",
} as const satisfies FunctionSpec;
