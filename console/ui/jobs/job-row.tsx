import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { failureReason, heldStages } from "../../logic/jobs/failure.ts";
import { describe } from "../../logic/jobs/pipeline.ts";
import { endOf, took } from "../../logic/jobs/times.ts";
import { hrefOf } from "../../logic/route.ts";
import { When } from "../when.tsx";
import { JobActions } from "./job-actions.tsx";
import { MiniPipeline } from "./mini-pipeline.tsx";

interface JobRowProps {
  readonly job: JobAnswer;
  readonly selected: boolean;
  readonly onSelect: (selected: boolean) => void;
}

export function JobRow({ job, selected, onSelect }: JobRowProps) {
  const failures = heldStages(job).flatMap(({ failure }) => failure ?? []);
  return (
    <li class={`job ${job.status}`}>
      <input
        type="checkbox"
        aria-label={`Select ${job.document_id}`}
        checked={selected}
        onChange={(event) => onSelect(event.currentTarget.checked)}
      />
      <div class="what">
        <a href={hrefOf({ view: "job", id: job.job_id })}>{job.document_id}</a>
        <p class="muted">
          {describe(job)} · <Times job={job} />
        </p>
        {job.error !== undefined && <p class="bad-text clamp">{job.error.message}</p>}
        {failures.map((failure) => (
          <p key={failure.code} class="warn-text clamp">
            {failureReason(failure)}
          </p>
        ))}
      </div>
      <MiniPipeline job={job} />
      <JobProgress job={job} />
      <JobActions job={job} />
    </li>
  );
}

function Times({ job }: { job: JobAnswer }) {
  const ended = endOf(job);
  const length = took(job);
  if (ended === undefined) {
    return (
      <>
        sent <When iso={job.submitted_at} />
      </>
    );
  }
  return (
    <>
      <When iso={ended} />
      {length !== undefined && ` · took ${length}`}
    </>
  );
}

export function JobProgress({ job }: { job: JobAnswer }) {
  return (
    <div class="percent">
      <progress value={job.progress} max={100} aria-label={`Progress of ${job.document_id}`} />
      <span aria-hidden="true" data-progress={job.progress}>
        {job.progress}
        <small> %</small>
      </span>
    </div>
  );
}
