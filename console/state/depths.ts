/**
 * Finds jobs that are not on the listing's first page. A page can begin only where an earlier page
 * ended, so those ends are kept. A cursor marks a place between two jobs and stays valid when newer
 * jobs arrive.
 */
import type { JobPageAnswer } from "../../lambdas/contract/calls/jobs.ts";

export interface Depths {
  /** Whether the job is on the first page. */
  inFirst(jobId: string): boolean;
  /**
   * The cursor of a page with some of these jobs, or of a page on the way to one. Jobs of the first
   * page are ignored.
   */
  toward(jobIds: readonly string[]): string | undefined;
  /** @param cursor the cursor of the request that returned the page */
  take(page: JobPageAnswer, cursor: string | undefined): void;
}

interface End {
  /** The last job before the page. */
  readonly jobId: string;
  readonly cursor: string;
}

export function createDepths(): Depths {
  let first: End | undefined;
  let ends: readonly End[] = [];
  let sought: readonly string[] = [];
  /** The pass continues below this job; undefined starts a new pass. */
  let passed: string | undefined;
  /** Jobs missing from their place in the listing: they have expired. */
  const gone = new Set<string>();

  const inFirst = (jobId: string) => first === undefined || jobId >= first.jobId;

  return {
    inFirst,
    toward: (jobIds) => {
      sought = jobIds.filter((id) => !inFirst(id) && !gone.has(id)).sort();
      const [oldest] = sought;
      const newest = sought.findLast((id) => passed === undefined || id < passed) ?? sought.at(-1);
      if (first === undefined || oldest === undefined || newest === undefined) return undefined;
      ends = ends.filter(({ jobId }) => jobId > oldest && !inFirst(jobId));
      const before = ends.filter(({ jobId }) => jobId > newest);
      return before.reduce((near, end) => (end.jobId < near.jobId ? end : near), first).cursor;
    },
    take: (page, cursor) => {
      const last = page.jobs.at(-1);
      const end =
        last === undefined || page.next_cursor === undefined
          ? undefined
          : { jobId: last.job_id, cursor: page.next_cursor };
      if (cursor === undefined) {
        first = end;
        return;
      }
      const from = [first, ...ends].find((other) => other?.cursor === cursor);
      const shown = new Set(page.jobs.map(({ job_id }) => job_id));
      for (const id of sought) {
        const within = from !== undefined && id < from.jobId && id > (end?.jobId ?? "");
        if (within && !shown.has(id)) gone.add(id);
      }
      passed = end?.jobId;
      if (end !== undefined) ends = [...ends.filter(({ jobId }) => jobId !== end.jobId), end];
    },
  };
}
