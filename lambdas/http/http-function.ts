import { httpTimeoutSeconds } from "../contract/limits.ts";
import { noAccess } from "../platform/deploy/function-spec.ts";

/** A function behind the API. A request makes a few network calls; half a core keeps parsing and TLS fast. */
export const httpFunction = {
  ...noAccess,
  timeoutSeconds: httpTimeoutSeconds,
  memoryMb: 512,
} as const;
