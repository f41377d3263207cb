import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { explain } from "../../logic/advice.ts";
import { when } from "../../logic/format.ts";
import { describe } from "../../logic/pipeline.ts";
import { hrefOf } from "../../logic/route.ts";
import { endOf, took } from "../../logic/times.ts";
import { useSession } from "../context.ts";
import { JobActions } from "./job-actions.tsx";
import { MiniPipeline } from "./mini-pipeline.tsx";

const filters = {
  all: { label: "All", shows: () => true },
  open: { label: "Open", shows: (job: JobAnswer) => !job.terminal },
  completed: { label: "Completed", shows: (job: JobAnswer) => job.status === "completed" },
  failed: { label: "Failed", shows: (job: JobAnswer) => job.status === "failed" },
  cancelled: { label: "Cancelled", shows: (job: JobAnswer) => job.status === "cancelled" },
} as const;
type FilterName = keyof typeof filters;
const filterNames = Object.keys(filters) as FilterName[];

const pageSize = 50;

export function JobList() {
  const session = useSession();
  const filter = useSignal<FilterName>("all");
  const all = session.book.newestFirst.value;
  const shown = all.filter(filters[filter.value].shows);
  return (
    <section class="jobs" aria-labelledby="jobs-title">
      <header class="row">
        <h2 id="jobs-title">Jobs</h2>
        <fieldset class="segments">
          <legend class="unseen">Show</legend>
          {filterNames.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="jobs"
                checked={filter.value === name}
                onChange={() => {
                  filter.value = name;
                }}
              />
              <span>{filters[name].label}</span>
            </label>
          ))}
        </fieldset>
      </header>
      {shown.length > 0 && (
        <ul class="card list">
          {shown.map((job) => (
            <JobRow key={job.job_id} job={job} />
          ))}
        </ul>
      )}
      {shown.length === 0 && <Nothing filtered={filter.value !== "all" && all.length > 0} />}
      <Older key={filter.value} status={filter.value} />
    </section>
  );
}

function JobRow({ job }: { job: JobAnswer }) {
  return (
    <li class={`job ${job.status}`}>
      <div class="what">
        <a href={hrefOf({ view: "job", id: job.job_id })}>{job.document_id}</a>
        <p class="muted">
          {describe(job)}
          {" · "}
          {timeOf(job)}
        </p>
        {job.error !== undefined && <p class="bad-text clamp">{job.error.message}</p>}
      </div>
      <MiniPipeline job={job} />
      <JobProgress job={job} />
      <JobActions job={job} />
    </li>
  );
}

function timeOf(job: JobAnswer): string {
  const ended = endOf(job);
  if (ended === undefined) return `sent ${when(job.submitted_at, Date.now())}`;
  const length = took(job);
  return length === undefined ? `ended ${when(ended, Date.now())}` : `took ${length}`;
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

function Nothing({ filtered }: { filtered: boolean }) {
  const ready = useSession().ready.value;
  if (!ready) return <p class="empty">Loading your jobs …</p>;
  return (
    <p class="empty">
      {filtered
        ? "No jobs have this status."
        : "No jobs yet. Drop a document above and watch it become searchable."}
    </p>
  );
}

/** Loads jobs beyond the listing that is kept up to date. */
function Older({ status }: { status: FilterName }) {
  const { api, book, nextCursor } = useSession();
  const byStatus = status === "all" || status === "open" ? undefined : status;
  /** Undefined before the first page, null after the last. */
  const cursor = useSignal<string | null | undefined>(undefined);
  const busy = useSignal(false);
  const problem = useSignal("");

  const load = async () => {
    busy.value = true;
    problem.value = "";
    try {
      const after = cursor.value ?? (byStatus === undefined ? nextCursor.value : undefined);
      const page = await api.jobs({
        limit: pageSize,
        ...(after === undefined ? {} : { cursor: after }),
        ...(byStatus === undefined ? {} : { status: byStatus }),
      });
      book.merge(page.jobs);
      cursor.value = page.next_cursor ?? null;
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = false;
    }
  };
  // The first page of a status may be beyond all known jobs.
  useEffect(() => {
    if (byStatus !== undefined && nextCursor.value !== undefined) void load();
  }, []);

  const more = nextCursor.value !== undefined && cursor.value !== null;
  return (
    <div class="more">
      {more && (
        <button type="button" class="secondary" disabled={busy.value} onClick={() => void load()}>
          {busy.value ? "Loading …" : "Show older jobs"}
        </button>
      )}
      {problem.value !== "" && (
        <p class="bad-text" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
