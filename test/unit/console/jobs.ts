/** Jobs as the API answers them, for tests of the page. */
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";

type Stages = JobAnswer["stages"];
const untouched = { status: "pending", done: 0, total: null, percent: 0 } as const;

export function stages(changes: Partial<Stages> = {}): Stages {
  return {
    extraction: untouched,
    chunking: untouched,
    metadata: untouched,
    embeddings: untouched,
    storage: untouched,
    ...changes,
  };
}

export function stage(
  status: Stages["metadata"]["status"],
  done: number,
  total: number,
): Stages["metadata"] {
  return { status, done, total, percent: Math.floor((done / total) * 100) };
}

/** A queued job, changed as told. */
export function job(jobId: string, changes: Partial<JobAnswer> = {}): JobAnswer {
  const status = changes.status ?? "queued";
  return {
    job_id: jobId,
    document_id: `${jobId}.md`,
    document_version: 1,
    status,
    terminal: status !== "queued" && status !== "processing",
    progress: 0,
    stages: stages(),
    attempt: 1,
    submitted_at: "2026-11-26T10:00:00.000Z",
    ...(status === "queued" ? {} : { started_at: "2026-11-26T10:00:10.000Z" }),
    version: 1,
    ...changes,
  };
}
