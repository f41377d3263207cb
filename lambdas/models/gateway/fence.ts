/** Asks a batch's fence at most once a second; whoever asks meanwhile shares the answer. */
import type { Clock } from "../../platform/clock.ts";

/** With a call's own start this keeps within 2 s after a cancel (the promise of `DELETE /v1/jobs/{id}`). */
const freshMs = 1_000;

export function cachedFence(fence: () => Promise<void>, clock: Clock): () => Promise<void> {
  let asked: { readonly atMs: number; readonly answer: Promise<void> } | undefined;
  return () => {
    const nowMs = clock.now();
    if (asked === undefined || nowMs - asked.atMs >= freshMs) {
      asked = { atMs: nowMs, answer: fence() };
    }
    return asked.answer;
  };
}
