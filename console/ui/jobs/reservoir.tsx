import type { HealthAnswer } from "../../../lambdas/contract/calls/health.ts";
import { plain } from "../../logic/format.ts";
import { cellsOf } from "../../logic/pipeline.ts";
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
          taken={health?.queue_size ?? 0}
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
          taken={health?.active_jobs ?? 0}
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
  readonly taken: number;
  /** Known to operators only. */
  readonly capacity: number | undefined;
  readonly most: number;
}

function Basin({ kind, title, taken, capacity, most }: BasinProps) {
  const full = capacity !== undefined && taken >= capacity;
  return (
    <div class={`basin ${kind}`}>
      <p class="level">
        <span class={full ? "figure full" : "figure"}>{plain(taken)}</span>
        <span class="muted">
          {capacity !== undefined && `of ${plain(capacity)} `}
          {title}
          {full && kind === "queue" && ", full"}
        </span>
      </p>
      <div class="cells" aria-hidden="true">
        {cellsOf(capacity ?? taken, taken, most).map((cell, index) => (
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
  return health.status === "ok" ? (
    <p class="muted below">All model providers are healthy. Only an operator's key shows limits.</p>
  ) : (
    <p class="warn-text below">
      A model provider does not respond. Jobs wait for it and do not fail.
    </p>
  );
}
