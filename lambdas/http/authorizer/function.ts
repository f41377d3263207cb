import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // Two requests to the issuer of 4 s, and a cold start. Less than the gateway waits for it.
  timeoutSeconds: 13,
  exists: ({ AUTH }) => AUTH === "jwt",
} as const satisfies FunctionSpec;
