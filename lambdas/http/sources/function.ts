import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  table: { reads: ["apiKey"], writes: ["source"] },
  sources: "names",
} as const satisfies FunctionSpec;
