import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { timelineOf } from "../../logic/jobs/timeline.ts";

/** The stages of the latest attempt, each as a bar from its beginning to its end. */
export function Timeline({ job }: { job: JobAnswer }) {
  const now = useSignal(Date.now());
  useEffect(() => {
    if (job.terminal) return;
    const timer = setInterval(() => {
      now.value = Date.now();
    }, 1_000);
    return () => clearInterval(timer);
  }, [job.terminal]);
  return (
    <ol class="timeline">
      {timelineOf(job, now.value).map(({ name, label, state, length, from, width }) => (
        <li key={name} class={state}>
          <span class="label">{label}</span>
          <span class="track" aria-hidden="true">
            {from !== undefined && <i style={{ left: `${from}%`, width: `${width}%` }} />}
          </span>
          <span class="length">{length || (job.terminal ? "–" : "not yet")}</span>
        </li>
      ))}
    </ol>
  );
}
