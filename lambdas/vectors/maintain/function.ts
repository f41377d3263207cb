import { type FunctionSpec, noAccess } from "../../platform/deploy/function-spec.ts";
import { storeTimeoutSeconds } from "../limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...noAccess,
  timeoutSeconds: storeTimeoutSeconds,
  // The lease under which a tenant's rows are moved out of the table that all shared before, and
  // the bookmark.
  table: { reads: ["collection"], writes: ["lease", "bookmark"] },
  // Rewrites small files into large ones and extends the text index.
  memoryMb: 2048,
  vectors: "remove",
} as const satisfies FunctionSpec;
