import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { bytes } from "../logic/format.ts";
import type { Parcel } from "../state/outbox.ts";
import { useSession } from "./context.ts";
import { icons } from "./icons.tsx";

/** Files that are not jobs yet, and those that were refused. */
export function OutboxList() {
  const { outbox } = useSession();
  const parcels = outbox.parcels.value;
  const again = useComputed(() =>
    outbox.parcels.value.filter(({ state }) => state.kind === "refused" && state.passes),
  );
  if (parcels.length === 0) return null;
  return (
    <section class="outbox card" aria-labelledby="outbox-title">
      <header class="row">
        <h2 id="outbox-title">On their way in</h2>
        {again.value.length > 1 && (
          <button
            type="button"
            class="secondary"
            onClick={() => {
              for (const { id } of again.value) outbox.retry(id);
            }}
          >
            {icons.retry}
            Send all {again.value.length} again
          </button>
        )}
      </header>
      <ul>
        {parcels.map((parcel) => (
          <ParcelRow key={parcel.id} parcel={parcel} />
        ))}
      </ul>
    </section>
  );
}

function ParcelRow({ parcel }: { parcel: Parcel }) {
  const { outbox } = useSession();
  const { source, state, id } = parcel;
  return (
    <li class="parcel">
      <div>
        <strong>{source.name}</strong> <span class="muted">{bytes(source.size)}</span>
        {state.kind === "waiting" && <p class="muted">Waits for its turn</p>}
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
            {state.retryAtMs !== undefined && <Countdown untilMs={state.retryAtMs} />}
          </p>
        )}
      </div>
      {state.kind === "refused" && (
        <div class="actions">
          {state.passes && (
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
      )}
    </li>
  );
}

function Countdown({ untilMs }: { untilMs: number }) {
  const left = useSignal(secondsUntil(untilMs));
  useSignalEffect(() => {
    const timer = setInterval(() => {
      left.value = secondsUntil(untilMs);
    }, 500);
    return () => clearInterval(timer);
  });
  // Each second read aloud would be a nuisance.
  return (
    <span aria-hidden="true">
      {left.value > 0 ? ` Room is expected in ${left.value} s.` : " There may be room now."}
    </span>
  );
}

function secondsUntil(ms: number): number {
  return Math.max(0, Math.ceil((ms - Date.now()) / 1_000));
}
