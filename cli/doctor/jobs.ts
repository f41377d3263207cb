/** Checks for failed jobs. Only they show a broken language model, because searches do not call it. */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { permanentJobErrors, unreadableDocumentErrors } from "../../lambdas/contract/job-errors.ts";
import type { Client } from "../client.ts";
import { typed } from "../typed-command.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

const recentMs = 24 * 3_600_000;
const lookAt = 50;

const fixes: Readonly<Record<string, string>> = {
  provider_misconfigured:
    "The provider refuses every call. Correct the key, model and address, deploy, and retry the jobs.",
  provider_throttled:
    "The provider throttles. Lower SLUICE_LLM_MAX_PARALLEL or SLUICE_EMBEDDINGS_MAX_PARALLEL.",
  provider_timeout: "The provider is too slow. Check its status page, then retry the jobs.",
  provider_unavailable: "The provider was unavailable. Check its status page, then retry the jobs.",
  circuit_open:
    "The provider was unavailable for longer than SLUICE_OUTAGE_LIMIT_SECONDS. Retry the jobs.",
  invalid_document: "The documents cannot be processed. Ask their senders to correct them.",
  document_too_large: "The documents are too large. Split them.",
};
const otherFix =
  "Search the step's log for the job's id. See docs/runbooks/alarms.md, JobsFailing.";
const unreadableFix =
  "The documents cannot be read as they are, and a retry cannot help. Do what the job's message says and send them again.";

/** Covers the jobs of the key's tenant. */
export async function checkJobs(client: Client, nowMs = Date.now()): Promise<Finding[]> {
  const [failed, completed] = await Promise.all([
    client.jobs({ status: "failed", limit: lookAt }),
    client.jobs({ status: "completed", limit: 1 }),
  ]);
  const recent = failed.jobs.filter(
    ({ failed_at = "" }) => nowMs - Date.parse(failed_at) < recentMs,
  );
  if (recent.length === 0) return [ok("jobs", "None of this tenant's failed within a day.")];
  const lastCompleted = completed.jobs[0]?.completed_at ?? "";
  // Not Map.groupBy, which Node 20 lacks: the installed command line runs there.
  const byCode = new Map<string, JobAnswer[]>();
  for (const job of recent) {
    const what = `${job.error?.code} in ${job.error?.stage}`;
    byCode.set(what, [...(byCode.get(what) ?? []), job]);
  }
  return [...byCode].map(([what, jobs]) => judge(what, jobs, lastCompleted));
}

function judge(what: string, jobs: readonly JobAnswer[], lastCompleted: string): Finding {
  const last = jobs.toSorted((a, b) => (a.failed_at ?? "").localeCompare(b.failed_at ?? "")).at(-1);
  const code = last?.error?.code ?? "";
  const many = jobs.length === 1 ? "1 job" : `${jobs.length} jobs`;
  const says = `${many} failed in the last 24 hours: ${what}. The latest is ${last?.job_id}: ${last?.error?.message}`;
  const fix = fixes[code] ?? (unreadableDocumentErrors.has(code) ? unreadableFix : otherFix);
  // Errors of a document, not of the deployment.
  if (permanentJobErrors.has(code)) return note("jobs", says, fix);
  // Timestamps in one format sort as text.
  if (lastCompleted > (last?.failed_at ?? "")) {
    return note("jobs", `${says} Jobs have completed since then.`, typed("retry ID"));
  }
  return problem("jobs", says, fix);
}
