import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { placeOf } from "../../logic/files.ts";
import { bytes } from "../../logic/format.ts";
import type { Parcel } from "../../state/outbox.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";

/** One file that is being sent or was refused. */
export function ParcelRow({ parcel }: { parcel: Parcel }) {
  const { source, state } = parcel;
  return (
    <li class="parcel">
      <div>
        <strong>{placeOf(source)}</strong> <span class="muted">{bytes(source.size)}</span>
        {state.kind === "sending" && <p class="muted">Sending …</p>}
        {state.kind === "uploading" && (
          <p class="muted">
            Uploading{" "}
            <progress value={state.percent} max={100} aria-label={`Upload of ${source.name}`} />{" "}
            {state.percent} %
          </p>
        )}
        {state.kind === "refused" && (
          <p class="bad-text" role="alert">
            {state.reason}
            {state.retryAtMs !== undefined && (
              <Countdown untilMs={state.retryAtMs} to="Try again" />
            )}
          </p>
        )}
      </div>
      {state.kind === "refused" && <Actions parcel={parcel} passes={state.passes} />}
    </li>
  );
}

function Actions({ parcel: { id, source }, passes }: { parcel: Parcel; passes: boolean }) {
  const { outbox } = useSession();
  return (
    <div class="actions">
      {passes && (
        <button
          type="button"
          class="secondary"
          onClick={() => outbox.retry(id)}
          aria-label={`Send ${source.name} again`}
        >
          {icons.retry}
          Send again
        </button>
      )}
      <button
        type="button"
        class="quiet"
        onClick={() => outbox.discard(id)}
        aria-label={`Discard ${source.name}`}
      >
        {icons.cross}
      </button>
    </div>
  );
}

interface CountdownProps {
  readonly untilMs: number;
  /** What can be done then: `Try again`. */
  readonly to: string;
}

export function Countdown({ untilMs, to }: CountdownProps) {
  const left = useSignal(secondsUntil(untilMs));
  useEffect(() => {
    left.value = secondsUntil(untilMs);
    const timer = setInterval(() => {
      left.value = secondsUntil(untilMs);
    }, 500);
    return () => clearInterval(timer);
  }, [untilMs]);
  // Reading out each second would be a nuisance.
  return (
    <span aria-hidden="true">{left.value > 0 ? ` ${to} in ${left.value} s.` : ` ${to} now.`}</span>
  );
}

function secondsUntil(ms: number): number {
  return Math.max(0, Math.ceil((ms - Date.now()) / 1_000));
}
