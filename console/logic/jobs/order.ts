/** The order of jobs in the list: running first, then waiting, then ended. */
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { endOf } from "./times.ts";

export interface JobGroup {
  readonly name: "running" | "waiting" | "ended";
  readonly title: string;
  readonly jobs: readonly JobAnswer[];
}

/** Running jobs by their start, waiting jobs by their place, ended jobs newest first. */
export function grouped(jobs: readonly JobAnswer[]): JobGroup[] {
  const running = jobs
    .filter(({ status }) => status === "processing")
    .sort((a, b) => compare(a.started_at ?? "", b.started_at ?? "") || byId(a, b));
  const waiting = jobs
    .filter(({ status }) => status === "queued")
    .sort((a, b) => (a.queue_position ?? 0) - (b.queue_position ?? 0) || byId(a, b));
  const ended = jobs
    .filter(({ terminal }) => terminal)
    .sort((a, b) => compare(endOf(b) ?? "", endOf(a) ?? "") || byId(b, a));
  const groups: JobGroup[] = [
    { name: "running", title: "Running", jobs: running },
    { name: "waiting", title: "Waiting", jobs: waiting },
    { name: "ended", title: "Ended", jobs: ended },
  ];
  return groups.filter((group) => group.jobs.length > 0);
}

/** ULIDs increase with time. */
const byId = (a: JobAnswer, b: JobAnswer) => compare(a.job_id, b.job_id);

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
