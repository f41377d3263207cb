import type { ReadonlySignal } from "@preact/signals";
import type { Paged } from "./paged.ts";
import { Problem } from "./problem.tsx";

/** The end of a listing: a button for the next page, or why it could not be loaded. */
export function More({ paged, what }: { paged: Paged<unknown>; what: string }) {
  const { next, busy, problem, more } = paged;
  return (
    <div class="more">
      <Problem text={problem} />
      {(problem.value !== "" || (next.value !== null && next.value !== undefined)) && (
        <LoadButton busy={busy} load={more}>
          {problem.value === "" ? `Show more ${what}` : "Try again"}
        </LoadButton>
      )}
    </div>
  );
}

interface LoadButtonProps {
  readonly busy: ReadonlySignal<boolean>;
  readonly load: () => Promise<void>;
  readonly children: string;
}

export function LoadButton({ busy, load, children }: LoadButtonProps) {
  return (
    <button type="button" class="secondary" disabled={busy.value} onClick={() => void load()}>
      {busy.value ? "Loading …" : children}
    </button>
  );
}
