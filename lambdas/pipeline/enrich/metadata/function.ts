import { batchTimeoutSeconds } from "../../../models/limits.ts";
import { type FunctionSpec, noAccess } from "../../../platform/deploy/function-spec.ts";
import { memoryMbFor } from "../function-memory.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: 90,
  // The local language libraries hold about 300 MB of models and are bound by CPU.
  memoryMb: 1769,
  sizeOf: (settings) => ({
    timeoutSeconds: batchTimeoutSeconds(settings.LLM_CALL_TIMEOUT_SECONDS),
    memoryMb: memoryMbFor(settings.METADATA_PROVIDER),
  }),
  table: { writes: ["job", "answer", "limiter", "breaker", "tallies"] },
  documents: "write",
  model: "llm",
  secret: "LLM_API_KEY",
} as const satisfies FunctionSpec;
