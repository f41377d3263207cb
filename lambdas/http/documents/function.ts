import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  memoryMb: 1024,
  // A removal cancels the jobs of its document.
  table: { reads: ["apiKey", "collection"], writes: ["tenant", "lease", "job", "erasure"] },
  listsJobs: true,
  // The texts and files of documents.
  documents: "read",
  vectors: "remove",
} as const satisfies FunctionSpec;
