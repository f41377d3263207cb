import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { explain } from "../../logic/advice.ts";
import { plain } from "../../logic/format.ts";
import { grouped, type JobGroup } from "../../logic/jobs/order.ts";
import { useSession } from "../context.ts";
import { LoadButton } from "../more.tsx";
import { Problem } from "../problem.tsx";
import { BulkActions } from "./bulk-actions.tsx";
import { JobRow } from "./job-row.tsx";

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
  const { book } = useSession();
  const filter = useSignal<FilterName>("all");
  const loadingOlder = useSignal(false);
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const all = book.newestFirst.value;
  const shown = all.filter(filters[filter.value].shows);
  const selected = shown.filter(({ job_id }) => chosen.value.has(job_id));
  const select = (jobId: string, isSelected: boolean) => {
    const others = [...chosen.value].filter((id) => id !== jobId);
    chosen.value = new Set(isSelected ? [...others, jobId] : others);
  };
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
      <BulkActions
        selected={selected}
        shown={shown}
        onSelect={(ids) => {
          chosen.value = new Set(ids);
        }}
      />
      {grouped(shown).map((group) => (
        <Group key={group.name} group={group} chosen={chosen.value} onSelect={select} />
      ))}
      {shown.length === 0 && (
        <Nothing filtered={filter.value !== "all" && all.length > 0} loading={loadingOlder.value} />
      )}
      <Older
        key={filter.value}
        status={filter.value}
        onBusy={(busy) => {
          loadingOlder.value = busy;
        }}
      />
    </section>
  );
}

interface GroupProps {
  readonly group: JobGroup;
  readonly chosen: ReadonlySet<string>;
  readonly onSelect: (jobId: string, selected: boolean) => void;
}

function Group({ group: { name, title, jobs }, chosen, onSelect }: GroupProps) {
  return (
    <>
      <h3 class="group" id={`jobs-${name}`}>
        {title} <span class="muted">{plain(jobs.length)}</span>
      </h3>
      <ul class="card list" aria-labelledby={`jobs-${name}`}>
        {jobs.map((job) => (
          <JobRow
            key={job.job_id}
            job={job}
            selected={chosen.has(job.job_id)}
            onSelect={(selected) => onSelect(job.job_id, selected)}
          />
        ))}
      </ul>
    </>
  );
}

/** Says that there is nothing only once it is known. */
function Nothing({ filtered, loading }: { filtered: boolean; loading: boolean }) {
  const ready = useSession().ready.value;
  if (!ready || loading) return <p class="loading">Loading your jobs …</p>;
  return (
    <p class="empty">
      {filtered
        ? "No jobs have this status."
        : "No jobs yet. Drop a document above and watch it become searchable."}
    </p>
  );
}

interface OlderProps {
  readonly status: FilterName;
  readonly onBusy: (busy: boolean) => void;
}

/** Loads jobs beyond the listing that is kept up to date. */
function Older({ status, onBusy }: OlderProps) {
  const { api, book, nextCursor } = useSession();
  const byStatus = status === "all" || status === "open" ? undefined : status;
  /** Undefined before the first page, null after the last. */
  const cursor = useSignal<string | null | undefined>(undefined);
  const busy = useSignal(false);
  const problem = useSignal("");

  const load = async () => {
    busy.value = true;
    onBusy(true);
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
      onBusy(false);
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
        <LoadButton busy={busy} load={load}>
          Show older jobs
        </LoadButton>
      )}
      <Problem text={problem} />
    </div>
  );
}
