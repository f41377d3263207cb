import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // Reads an upload of up to 50 MB as bytes and as text: 448 MB at the measured peak.
  memoryMb: 1024,
  table: "write",
  // Deletes the text of a submission that could not be queued.
  documents: "remove",
  uploads: "read",
  wakes: true,
} as const satisfies FunctionSpec;
