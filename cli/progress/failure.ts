/** The last failure of a model provider, in words. */
import type { LastFailure } from "../../lambdas/contract/last-failure.ts";

/** `api.example/v1 responded 401: Wrong key. (provider_misconfigured; 12 times since 09:14:03)` */
export function failureText(failure: LastFailure): string {
  const { status, code, message, endpoint, since, count } = failure;
  const who = endpoint ?? "the provider";
  const what = status === undefined ? "gave no response" : `responded ${status}`;
  const times = count === 1 ? "once" : `${count} times`;
  const time = new Date(since).toLocaleTimeString("en-GB");
  // Without status and endpoint, the message itself says who and what.
  const said =
    status === undefined && endpoint === undefined ? message : `${who} ${what}: ${message}`;
  return `${said} (${code}; ${times} since ${time})`;
}
