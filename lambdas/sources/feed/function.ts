import { httpTimeoutSeconds } from "../../contract/limits.ts";
import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  // A removal's lease outlives a request of the API, and so must outlive this.
  timeoutSeconds: httpTimeoutSeconds,
  memoryMb: 1024,
  table: {
    reads: ["collection"],
    writes: ["gate", "job", "tenant", "lease", "erasure", "tallies", "source"],
  },
  // Deletes the file of a submission that found no slot.
  documents: "remove",
  vectors: "remove",
  sources: "objects",
  wakes: true,
  wakesFeed: true,
} as const satisfies FunctionSpec;
