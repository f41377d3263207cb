import type { HealthAnswer } from "../../../lambdas/contract/calls/health.ts";
import { plain } from "../../logic/format.ts";
import { failedByProvider } from "../../logic/jobs/failure.ts";
import { cellsOf } from "../../logic/jobs/pipeline.ts";
import { hrefOf } from "../../logic/route.ts";
import { useSession } from "../context.ts";
import { Operations } from "../operations.tsx";

/** Maximum number of cells; if there are more places, each cell stands for several. */
const mostQueueCells = 100;
const mostSlots = 20;

/** The queue before the gate and the slots behind it, with their usage. */
export function Reservoir() {
  const health = useSession().health.value;
  return (
    <section class="reservoir card" aria-labelledby="reservoir-title">
      <h2 id="reservoir-title" class="unseen">
        Queue and slots
      </h2>
      <div class="basins">
        <Basin
          kind="queue"
          title="waiting"
          taken={health?.queue_size}
          capacity={health?.limits?.["max_queued"]}
          most={mostQueueCells}
        />
        <div class="gate-mark" aria-hidden="true">
          <svg viewBox="0 0 24 96" preserveAspectRatio="none" focusable="false">
            <path d="M2 48h18m-6-6 6 6-6 6" />
          </svg>
        </div>
        <Basin
          kind="slots"
          title="running"
          taken={health?.active_jobs}
          capacity={health?.limits?.["max_active"]}
          most={mostSlots}
        />
      </div>
      {health !== undefined && <Below health={health} />}
    </section>
  );
}

interface BasinProps {
  readonly kind: "queue" | "slots";
  readonly title: string;
  /** Undefined until it is known. */
  readonly taken: number | undefined;
  /** Known to operators only. */
  readonly capacity: number | undefined;
  readonly most: number;
}

function Basin({ kind, title, taken, capacity, most }: BasinProps) {
  const full = capacity !== undefined && taken !== undefined && taken >= capacity;
  return (
    <div class={`basin ${kind}`}>
      <p class="level">
        <span class={full ? "figure full" : "figure"}>
          {taken === undefined ? "–" : plain(taken)}
        </span>
        <span class="muted">
          {capacity !== undefined && `of ${plain(capacity)} `}
          {title}
          {full && kind === "queue" && ", full"}
        </span>
      </p>
      <div class="cells" aria-hidden="true">
        {cellsOf(capacity ?? taken ?? 0, taken ?? 0, most).map((cell, index) => (
          <i key={index} class={cell.taken ? "taken" : undefined} />
        ))}
      </div>
    </div>
  );
}

function Below({ health }: { health: HealthAnswer }) {
  if (health.breakers !== undefined && health.permits !== undefined) {
    return <Operations breakers={health.breakers} permits={health.permits} />;
  }
  if (health.status !== "ok") {
    return (
      <p class="warn-text below">
        A model provider does not respond. Jobs wait for it and do not fail.
      </p>
    );
  }
  return <TenantHealth />;
}

/** A tenant's key shows no breakers, so its own jobs tell whether the providers work. */
function TenantHealth() {
  const failed = failedByProvider(useSession().book.newestFirst.value);
  if (failed === undefined) {
    return (
      <p class="muted below">
        All model providers are healthy. Only an operator's key shows limits.
      </p>
    );
  }
  return (
    <div class="below">
      <p class="warn-text">
        A model provider made{" "}
        <a href={hrefOf({ view: "job", id: failed.job_id })}>{failed.document_id}</a>, your latest
        job, fail.
      </p>
      <p class="said">{failed.error?.message}</p>
    </div>
  );
}
