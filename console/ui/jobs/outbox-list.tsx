import { useSignal, useSignalEffect } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { bytes } from "../../logic/format.ts";
import { type Parcel, sorted } from "../../state/outbox.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";

/** Files that are not jobs yet, and refused files. */
export function OutboxList() {
  const { outbox } = useSession();
  const { moving, refused } = sorted(outbox.parcels.value);
  const again = refused.filter(({ state }) => state.kind === "refused" && state.passes);
  return (
    <>
      <Parcels title="Sending" id="moving-title" parcels={moving} />
      <Parcels title="Rejected" id="refused-title" parcels={refused}>
        {again.length > 1 && (
          <button
            type="button"
            class="secondary"
            onClick={() => {
              for (const { id } of again) outbox.retry(id);
            }}
          >
            {icons.retry}
            Send all {again.length} again
          </button>
        )}
      </Parcels>
    </>
  );
}

interface ParcelsProps {
  readonly title: string;
  readonly id: string;
  readonly parcels: readonly Parcel[];
  /** Actions for all of them. */
  readonly children?: ComponentChildren;
}

function Parcels({ title, id, parcels, children }: ParcelsProps) {
  if (parcels.length === 0) return null;
  return (
    <section class="outbox card" aria-labelledby={id}>
      <header class="row">
        <h2 id={id}>{title}</h2>
        {children}
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
        {state.kind === "waiting" && <p class="muted">Waiting</p>}
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
              <Countdown untilMs={state.retryAtMs} forRoom={state.forRoom} />
            )}
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

function Countdown({ untilMs, forRoom }: { untilMs: number; forRoom: boolean }) {
  const left = useSignal(secondsUntil(untilMs));
  useSignalEffect(() => {
    const timer = setInterval(() => {
      left.value = secondsUntil(untilMs);
    }, 500);
    return () => clearInterval(timer);
  });
  // Reading out each second would be a nuisance.
  return (
    <span aria-hidden="true">
      {forRoom
        ? left.value > 0
          ? ` Room is expected in ${left.value} s.`
          : " There may be room now."
        : left.value > 0
          ? ` Try again in ${left.value} s.`
          : " Try again now."}
    </span>
  );
}

function secondsUntil(ms: number): number {
  return Math.max(0, Math.ceil((ms - Date.now()) / 1_000));
}
