/** All failed jobs that a retry may help, also those that the page has not loaded. */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { canRetry } from "../logic/advice.ts";
import type { Api } from "../logic/api.ts";

/** The most that a page of the API has. */
const pageSize = 100;
/** A listing by status reads every job that is kept, so the search for failed ones has an end. */
const mostPages = 20;

/** @throws CallError if a page cannot be loaded */
export async function allFailed(api: Pick<Api, "jobs">, nowMs: number): Promise<JobAnswer[]> {
  const failed: JobAnswer[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const { jobs, next_cursor } = await api.jobs({
      limit: pageSize,
      status: "failed",
      ...(cursor === undefined ? {} : { cursor }),
    });
    failed.push(...jobs.filter((job) => canRetry(job, nowMs)));
    if (next_cursor === undefined) break;
    cursor = next_cursor;
  }
  return failed;
}
