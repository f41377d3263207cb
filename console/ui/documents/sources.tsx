import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { SourceAnswer } from "../../../lambdas/contract/calls/sources.ts";
import { explain } from "../../logic/advice.ts";
import { useSession } from "../context.ts";

/** The buckets that are followed, with their progress. Nothing in a deployment without any. */
export function Sources() {
  const { api, announcement } = useSession();
  const sources = useSignal<readonly SourceAnswer[]>([]);
  const problem = useSignal("");
  useEffect(() => {
    // Most deployments have no source: a card that cannot be loaded is no reason for a message.
    api.sources().then(
      (answer) => (sources.value = answer.sources),
      () => {},
    );
  }, []);
  if (sources.value.length === 0) return null;

  const act = async (id: string, action: "pause" | "resume" | "sync") => {
    try {
      const changed = await api.changeSource(id, action);
      sources.value = sources.value.map((one) => (one.source_id === id ? changed : one));
      problem.value = "";
      announcement.value = `${id}: ${action === "sync" ? "compared within a minute" : changed.status}`;
    } catch (error) {
      problem.value = explain(error);
    }
  };
  return (
    <ul class="card list documents" aria-label="Buckets that are followed">
      {sources.value.map((source) => (
        <li key={source.source_id}>
          <div class="what">
            <strong>{source.source_id}</strong>
            <p class="muted">{progressOf(source)}</p>
            {source.problem !== undefined && <p class="bad-text">{source.problem.message}</p>}
          </div>
          <div class="actions">
            <button
              type="button"
              class="secondary"
              aria-label={`Compare ${source.source_id} with its bucket`}
              onClick={() => void act(source.source_id, "sync")}
            >
              Sync
            </button>
            <button
              type="button"
              class="secondary"
              aria-label={`${source.status === "paused" ? "Resume" : "Pause"} ${source.source_id}`}
              onClick={() =>
                void act(source.source_id, source.status === "paused" ? "resume" : "pause")
              }
            >
              {source.status === "paused" ? "Resume" : "Pause"}
            </button>
          </div>
        </li>
      ))}
      {problem.value !== "" && (
        <li class="bad-text" role="alert">
          {problem}
        </li>
      )}
    </ul>
  );
}

function progressOf({ bucket, prefix, objects, status, sync }: SourceAnswer): string {
  const number = (n: number) => n.toLocaleString("en-US");
  return [
    `s3://${bucket}/${prefix}`,
    `${number(objects.stored)} of ${number(objects.total)} stored`,
    ...(objects.failed > 0 ? [`${number(objects.failed)} failed`] : []),
    ...(sync.status === "running" ? [`comparing, ${number(sync.listed)} listed`] : []),
    ...(status === "paused" ? ["paused"] : []),
  ].join(" · ");
}
