import { httpTimeoutSeconds } from "../contract/limits.ts";
import { noAccess } from "../platform/deploy/function-spec.ts";

/** A function behind the API. A request is a few round trips; half a core keeps parsing and TLS out of its latency. */
export const httpFunction = {
  ...noAccess,
  timeoutSeconds: httpTimeoutSeconds,
  memoryMb: 512,
} as const;
