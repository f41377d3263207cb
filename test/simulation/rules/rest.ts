/** What must hold once everything has come to rest. */

import type { JobStatus } from "../../../lambdas/contract/vocabulary.ts";
import type { Limiter } from "../../../lambdas/models/limiter/limiter.ts";
import type { AttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Gate } from "../../../lambdas/scheduling/gate/gate.ts";
import type { MemoryJobEvents } from "../../support/fakes/scheduling/job-events.ts";
import type { Verdict } from "./verdict.ts";

export function checkEvents(
  verdict: Verdict,
  ends: ReadonlyMap<AttemptId, JobStatus>,
  { emitted }: MemoryJobEvents,
): void {
  const told = new Map<AttemptId, string>();
  for (const { event, ...job } of emitted) {
    const id = attemptId(job);
    told.set(id, event.type);
    verdict.require(
      event.type === `job.${ends.get(id)}`,
      "an event says what became of a job",
      () => `${id} is ${ends.get(id)}, and ${event.type} was emitted`,
    );
  }
  for (const id of ends.keys()) {
    verdict.require(told.has(id), "every end is announced", () => id);
  }
}

export async function checkPermits(verdict: Verdict, limiter: Limiter, gate: Gate): Promise<void> {
  for (const dependency of ["llm", "embeddings"] as const) {
    const inUse = await limiter.inUse(dependency);
    verdict.require(inUse === 0, "no permit is leaked", () => `${inUse} for ${dependency}`);
  }
  const { admitted, active } = await gate.read();
  const held = [...admitted, ...active];
  verdict.require(held.length === 0, "the gate is empty at rest", () => held.join(", "));
}
