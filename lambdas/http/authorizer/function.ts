import type { FunctionSpec } from "../../platform/deploy/function-spec.ts";
import { httpFunction } from "../http-function.ts";
import { issuerTimeoutMs } from "./limits.ts";

/** Time, memory and rights of the function. */
export const spec = {
  ...httpFunction,
  // Two requests to the issuer, and a cold start. Less than the gateway waits, so that it can answer.
  timeoutSeconds: (2 * issuerTimeoutMs) / 1_000 + 5,
  exists: ({ AUTH }) => AUTH === "jwt",
} as const satisfies FunctionSpec;
