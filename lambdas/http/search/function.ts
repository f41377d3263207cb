import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // LanceDB's native library alone takes about 200 MB once it has opened a table.
  memoryMb: 1024,
  table: { reads: ["apiKey", "collection"] },
  vectors: "read",
  reranks: true,
  secret: "RERANK_API_KEY",
} as const satisfies FunctionSpec;
