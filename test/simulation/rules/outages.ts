/** What an outage of a provider does to jobs: they wait. */
import { attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Job } from "../../../lambdas/records/jobs/job.ts";
import { documentIdOf } from "../engine/documents.ts";
import type { Scenario } from "../engine/scenario.ts";
import type { Verdict } from "./verdict.ts";

const codes: ReadonlySet<string> = new Set(["provider_unavailable", "provider_timeout"]);

/** Of a job that has ended, in a scenario whose provider fails in no other way than to be down. */
export function checkOutages(
  verdict: Verdict,
  { faults, submissions }: Pick<Scenario, "faults" | "submissions">,
  job: Job,
): void {
  // A text that is never described may spend its last ask while the provider is down.
  const isHopeless = (one: Scenario["submissions"][number]) =>
    one.hopeless === "hangs" ||
    (one.hopeless === "unusable" && documentIdOf(one) === job.documentId);
  const isOtherwiseWell = faults.providerFailures === 0 && !submissions.some(isHopeless);
  if (!isOtherwiseWell || job.status !== "failed") return;
  verdict.require(
    !codes.has(job.error.code),
    "an outage fails no job",
    () => `${attemptId(job)}: ${job.error.message}`,
  );
}
