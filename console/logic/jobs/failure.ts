/** The last failure of a model provider, in words. */
import type { HealthAnswer } from "../../../lambdas/contract/calls/health.ts";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { isHeldUp } from "../../../lambdas/contract/held-up.ts";
import type { LastFailure } from "../../../lambdas/contract/last-failure.ts";
import { count, when } from "../format.ts";
import { endOf } from "./times.ts";

/** For a line in a list: `401 provider_misconfigured`. */
export function failureInBrief({ status, code }: Pick<LastFailure, "status" | "code">): string {
  return status === undefined ? code : `${status} ${code}`;
}

/** What failed: `api.example/v1 responded with 401: Wrong key.` */
export function failureReason({ status, endpoint, message }: LastFailure): string {
  // Without status and endpoint, the message itself says who and what.
  if (status === undefined && endpoint === undefined) return message;
  const who = endpoint ?? "The provider";
  // Most messages say the status themselves.
  if (status !== undefined && message.includes(String(status))) return `${who}: ${message}`;
  return status === undefined
    ? `${who} gave no response: ${message}`
    : `${who} responded with ${status}: ${message}`;
}

/** How often and since when: `12 failures in a row since today, 09:14:03`. */
export function failureCount({ count: times, since }: LastFailure, nowMs: number): string {
  const first = when(since, nowMs);
  return times === 1 ? `1 failure, ${first}` : `${count(times, "failure")} in a row since ${first}`;
}

export interface HeldStage {
  readonly model: "language model" | "embedding model";
  /** ISO 8601 UTC. Undefined while calls fail and are repeated, and none is held back yet. */
  readonly until: string | undefined;
  readonly failure: LastFailure | undefined;
}

/** The stages of a job that make no progress, because their model's calls fail. */
export function heldStages({ stages, terminal }: JobAnswer): HeldStage[] {
  if (terminal) return [];
  return (["metadata", "embeddings"] as const).flatMap((name) => {
    if (!isHeldUp(stages[name])) return [];
    const { held_until: until, last_failure: failure } = stages[name];
    return [{ model: name === "metadata" ? "language model" : "embedding model", until, failure }];
  });
}

type Breaker = NonNullable<HealthAnswer["breakers"]>["llm"];
export type Light = "healthy" | "failing" | "down" | "probing";

/** A provider whose last call failed is not healthy, also while its breaker is still closed. */
export function lightOf({ state, failures, last_failure: last }: Breaker): Light {
  if (state === "open") return "down";
  if (state === "half-open") return "probing";
  return failures > 0 || last !== undefined ? "failing" : "healthy";
}

/**
 * The newest ended job, if a model provider made it fail. A tenant's key shows no breakers, and a
 * wrong key of the provider opens none.
 */
export function failedByProvider(jobs: readonly JobAnswer[]): JobAnswer | undefined {
  const ended = jobs.filter(({ status }) => status === "completed" || status === "failed");
  const [newest] = ended.sort((a, b) => ((endOf(a) ?? "") < (endOf(b) ?? "") ? 1 : -1));
  const code = newest?.error?.code ?? "";
  return code.startsWith("provider_") || code === "circuit_open" ? newest : undefined;
}
