import { useSignal } from "@preact/signals";
import { plain } from "../../logic/format.ts";
import { type Parcel, sorted } from "../../state/outbox.ts";
import { useSession } from "../context.ts";
import { icons } from "../icons.tsx";
import { Countdown, ParcelRow } from "./parcel-row.tsx";

/** Refused files that are listed at first. */
const listedRefused = 4;

/** All files of a drop as one card: how many were sent, which are on their way, which were refused. */
export function OutboxList() {
  const { outbox } = useSession();
  const parcels = outbox.parcels.value;
  if (parcels.length === 0) return null;
  const { moving, refused } = sorted(parcels);
  const waiting = moving.filter(({ state }) => state.kind === "waiting").length;
  const total = outbox.sent.value + parcels.length;
  return (
    <section class="outbox card" aria-labelledby="outbox-title">
      <header class="row">
        <h2 id="outbox-title">{tally(outbox.sent.value, total, refused.length)}</h2>
        <RefusedActions refused={refused} />
      </header>
      {total > 1 && (
        <progress value={total - moving.length} max={total} aria-label="Files sent or refused" />
      )}
      <ul>
        {moving
          .filter(({ state }) => state.kind !== "waiting")
          .map((parcel) => (
            <ParcelRow key={parcel.id} parcel={parcel} />
          ))}
      </ul>
      <Waiting count={waiting} />
      <Refused refused={refused} />
    </section>
  );
}

/** Files that wait for their turn, and for room in the queue. */
function Waiting({ count: waiting }: { count: number }) {
  const { outbox } = useSession();
  const untilMs = outbox.heldUntilMs.value;
  if (waiting === 0) return null;
  return (
    <div class="waiting-files">
      <p class={untilMs === undefined ? "muted" : "warn-text"} role="status">
        {untilMs !== undefined && "The queue is full. "}
        {plain(waiting)} waiting to be sent.
        {untilMs !== undefined && <Countdown untilMs={untilMs} to="Sending continues" />}
      </p>
      <div class="actions">
        {untilMs !== undefined && (
          <button type="button" class="secondary" onClick={() => outbox.resume()}>
            {icons.retry}
            Send now
          </button>
        )}
        <button type="button" class="quiet" onClick={() => outbox.discardWaiting()}>
          Do not send {waiting === 1 ? "it" : "them"}
        </button>
      </div>
    </div>
  );
}

/** `59 of 100 sent, 1 refused` */
function tally(sent: number, total: number, refused: number): string {
  const bad = refused === 0 ? "" : `, ${plain(refused)} refused`;
  return `${plain(sent)} of ${plain(total)} sent${bad}`;
}

function RefusedActions({ refused }: { refused: readonly Parcel[] }) {
  const { outbox } = useSession();
  const again = refused.filter(({ state }) => state.kind === "refused" && state.passes);
  if (refused.length < 2) return null;
  return (
    <div class="actions">
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
      <button type="button" class="quiet" onClick={() => outbox.discardRefused()}>
        Discard the refused
      </button>
    </div>
  );
}

function Refused({ refused }: { refused: readonly Parcel[] }) {
  const all = useSignal(false);
  if (refused.length === 0) return null;
  const shown = all.value ? refused : refused.slice(0, listedRefused);
  return (
    <>
      <ul aria-label="Refused files">
        {shown.map((parcel) => (
          <ParcelRow key={parcel.id} parcel={parcel} />
        ))}
      </ul>
      {refused.length > shown.length && (
        <button
          type="button"
          class="link"
          onClick={() => {
            all.value = true;
          }}
        >
          Show all {plain(refused.length)} refused files
        </button>
      )}
    </>
  );
}
