import type { DocumentRef } from "../records/documents/document-store.ts";
import { isTerminal } from "../records/jobs/job.ts";
import { type CancelPorts, cancel } from "./cancel.ts";

export type CancelJobsPorts = CancelPorts;

/** Newest jobs of a document that are looked at. More are rarely on their way at once, and each ends as superseded anyway. */
const most = 50;

/**
 * Cancels the jobs of a document that were submitted before a version. Best effort: the listing lags
 * behind by a moment, and a job that cannot be cancelled ends as superseded.
 * @returns the ids of the jobs that were cancelled
 */
export async function cancelEarlierJobs(
  { tenant, documentId }: DocumentRef,
  version: number,
  ports: CancelJobsPorts,
): Promise<string[]> {
  const listed = ports.jobs.list({ tenant, documentId, limit: most });
  const { jobs } = await listed.catch(() => ({ jobs: [] }));
  const earlier = jobs.filter((job) => job.documentVersion < version && !isTerminal(job.status));
  const cancelled = await Promise.all(
    earlier.map(({ jobId }) =>
      cancel(tenant, jobId, ports).then(
        () => [jobId],
        () => [],
      ),
    ),
  );
  return cancelled.flat();
}
