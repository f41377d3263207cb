import { type Counting, count } from "../accounting/metrics.ts";
import { admissionRefusals, sample } from "../contract/calls/metrics.ts";
import { RequestRefusedError } from "../contract/refusals.ts";

export function countAdmission(ports: Counting): Promise<void> {
  return count([sample("JobsAdmitted", 1)], ports);
}

/**
 * Counts a refusal for which the caller is not to blame, and throws it on.
 * That makes a refused submission dearer by one small write (see ADR 14).
 */
export async function countRefusal(error: unknown, ports: Counting): Promise<never> {
  const thrown = error instanceof RequestRefusedError ? error.code : "unavailable";
  const code = admissionRefusals.find((one) => one === thrown);
  if (code !== undefined) await count([sample("JobsRefused", 1, { code })], ports);
  throw error;
}
