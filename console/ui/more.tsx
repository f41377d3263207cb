import type { Paged } from "./paged.ts";

/** The end of a listing: a button for the next page, or why it could not be loaded. */
export function More({ paged, what }: { paged: Paged<unknown>; what: string }) {
  const { next, busy, problem, more } = paged;
  return (
    <div class="more">
      {problem.value !== "" && (
        <p class="bad-text" role="alert">
          {problem}
        </p>
      )}
      {(problem.value !== "" || (next.value !== null && next.value !== undefined)) && (
        <button type="button" class="secondary" disabled={busy.value} onClick={() => void more()}>
          {busy.value ? "Loading …" : problem.value === "" ? `Show more ${what}` : "Try again"}
        </button>
      )}
    </div>
  );
}
