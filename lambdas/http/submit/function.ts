import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // Holds a body of some MB several times over.
  memoryMb: 512,
  table: { reads: ["apiKey"], writes: ["gate", "job", "tenant", "idempotency", "tallies"] },
  // Deletes the file of a submission that could not be queued.
  documents: "remove",
  uploads: "read",
  wakes: true,
} as const satisfies FunctionSpec;
