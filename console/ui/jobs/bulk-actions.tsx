import { useSignal } from "@preact/signals";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { canRetry, explain } from "../../logic/advice.ts";
import { plain } from "../../logic/format.ts";
import { canCancel } from "../../logic/jobs/pipeline.ts";
import { type BulkOutcome, forEach, outcomeText } from "../../state/bulk.ts";
import { allFailed } from "../../state/failed-jobs.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";

interface BulkActionsProps {
  readonly selected: readonly JobAnswer[];
  /** Jobs that are on the page. */
  readonly shown: readonly JobAnswer[];
  readonly onSelect: (jobIds: readonly string[]) => void;
}

/** Retry, cancel and select several jobs at once. */
export function BulkActions({ selected, shown, onSelect }: BulkActionsProps) {
  const { api, book, wake, announcement } = useSession();
  const busy = useSignal(false);
  const said = useSignal("");
  const now = Date.now();
  const retryable = selected.filter((job) => canRetry(job, now));
  const cancellable = selected.filter(canCancel);
  const failed = shown.filter((job) => job.status === "failed" && canRetry(job, now));

  const act = async (did: string, work: () => Promise<BulkOutcome>) => {
    busy.value = true;
    said.value = "";
    try {
      said.value = outcomeText(await work(), "job", did);
      announcement.value = said.value;
      onSelect([]);
    } catch (error) {
      said.value = explain(error);
    } finally {
      busy.value = false;
      wake();
    }
  };
  const retry = (jobs: readonly JobAnswer[]) => forEach(jobs, ({ job_id }) => api.retry(job_id));
  const cancel = () =>
    forEach(cancellable, async ({ job_id }) => book.merge([await api.cancel(job_id)]));

  if (selected.length === 0 && failed.length < 2 && said.value === "") return null;
  return (
    <div class="bulk">
      {selected.length > 0 && (
        <>
          <strong>{plain(selected.length)} selected</strong>
          <Button
            icon={icons.retry}
            text="Retry"
            count={retryable.length}
            disabled={busy.value}
            onClick={() => void act("retried", () => retry(retryable))}
          />
          <Button
            icon={icons.cross}
            text="Cancel"
            count={cancellable.length}
            disabled={busy.value}
            onClick={() => void act("cancelled", cancel)}
          />
          <button
            type="button"
            class="quiet"
            onClick={() => onSelect(shown.map(({ job_id }) => job_id))}
          >
            Select all {plain(shown.length)}
          </button>
          <button type="button" class="quiet" onClick={() => onSelect([])}>
            Clear
          </button>
        </>
      )}
      {selected.length === 0 && failed.length > 1 && (
        <button
          type="button"
          class="secondary"
          disabled={busy.value}
          onClick={() => void act("retried", async () => retry(await allFailed(api, Date.now())))}
        >
          {icons.retry}
          {busy.value ? "Retrying …" : "Retry all failed jobs"}
        </button>
      )}
      {said.value !== "" && <p class="muted">{said}</p>}
    </div>
  );
}

interface ButtonProps {
  readonly icon: typeof icons.retry;
  readonly text: string;
  /** Number of selected jobs that the action can help; without any, it is not offered. */
  readonly count: number;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function Button({ icon, text, count, disabled, onClick }: ButtonProps) {
  if (count === 0) return null;
  return (
    <button type="button" class="secondary" disabled={disabled} onClick={onClick}>
      {icon}
      {text} {plain(count)}
    </button>
  );
}
