/** All known jobs, each in its latest version. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";

export interface JobBook {
  readonly jobs: ReadonlySignal<ReadonlyMap<string, JobAnswer>>;
  readonly newestFirst: ReadonlySignal<readonly JobAnswer[]>;
  /** Adds responses, in whatever order they arrive. */
  merge(answers: readonly JobAnswer[]): void;
}

/** @param onChange called when a job's status changes, but not for its first known status */
export function createJobBook(onChange: (job: JobAnswer) => void = () => {}): JobBook {
  const jobs = signal<ReadonlyMap<string, JobAnswer>>(new Map());
  return {
    jobs,
    // ULIDs increase with time.
    newestFirst: computed(() =>
      [...jobs.value.values()].sort((a, b) => (a.job_id < b.job_id ? 1 : -1)),
    ),
    merge: (answers) => {
      const before = jobs.peek();
      const news = answers.filter((job) => isNews(before.get(job.job_id), job));
      if (news.length === 0) return;
      jobs.value = new Map([...before, ...news.map((job) => [job.job_id, job] as const)]);
      for (const job of news) {
        const known = before.get(job.job_id);
        if (known !== undefined && known.status !== job.status) onChange(job);
      }
    },
  };
}

/** An outdated response is ignored. The queue position changes without a new version. */
function isNews(known: JobAnswer | undefined, job: JobAnswer): boolean {
  if (known === undefined || job.version > known.version) return true;
  return job.version === known.version && job.queue_position !== known.queue_position;
}
