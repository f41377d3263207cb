import { useSignal } from "@preact/signals";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { canRetry, explain } from "../../logic/advice.ts";
import { canCancel } from "../../logic/jobs/pipeline.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { Problem } from "../problem.tsx";

/** Retry and cancel, if they can help. */
export function JobActions({ job }: { job: JobAnswer }) {
  const { api, book, wake, announcement } = useSession();
  const busy = useSignal(false);
  const problem = useSignal("");

  const act = async (what: string, call: () => Promise<unknown>) => {
    busy.value = true;
    problem.value = "";
    try {
      await call();
      announcement.value = `${job.document_id}: ${what}`;
    } catch (error) {
      problem.value = explain(error);
    } finally {
      busy.value = false;
      // In any case, reload the job's record.
      await api.job(job.job_id).then(
        (now) => book.merge([now]),
        () => undefined,
      );
      wake();
    }
  };

  return (
    <div class="actions">
      {canRetry(job, Date.now()) && (
        <button
          type="button"
          class="secondary"
          disabled={busy.value}
          aria-label={`Retry ${job.document_id}`}
          onClick={() => void act("retried", () => api.retry(job.job_id))}
        >
          {icons.retry}
          Retry
        </button>
      )}
      {canCancel(job) && (
        <button
          type="button"
          class="secondary"
          disabled={busy.value}
          aria-label={`Cancel ${job.document_id}`}
          onClick={() => void act("cancellation requested", () => api.cancel(job.job_id))}
        >
          {icons.cross}
          Cancel
        </button>
      )}
      <Problem text={problem} />
    </div>
  );
}
