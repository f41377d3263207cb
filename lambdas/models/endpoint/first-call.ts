/**
 * Calls side by side would all learn the same thing about an endpoint, and each would pay for it.
 * Until the first answer of the process, they wait for the call that began first. Where that one
 * finds a server that is not ready (it loads its model), one more goes after a pause, not all.
 */
import { setTimeout as wait } from "node:timers/promises";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import { EndpointRefusal } from "./refusal.ts";

/** How long they wait in all. Parameters and numbers of texts are checked before a model begins. */
const firstCallWaitMs = 2_000;
/** Between two calls to a server that is not ready. */
const pauseMs = 500;

export class FirstCall {
  #first: Promise<unknown> | undefined;
  #answered = false;
  #notReadySinceMs = -Infinity;

  /** @param call everything that is asked about a text, repetitions in another form included */
  async follow<T>(call: () => Promise<T>): Promise<T> {
    const untilMs = performance.now() + firstCallWaitMs;
    while (!this.#answered) {
      const leftMs = untilMs - performance.now();
      const pause = this.#notReadySinceMs + pauseMs - performance.now();
      if (leftMs <= 0) break;
      if (this.#first !== undefined) {
        await Promise.race([this.#first, wait(leftMs, undefined, { ref: false })]);
      } else if (pause > 0) await wait(Math.min(pause, leftMs));
      else break;
    }
    if (this.#answered || this.#first !== undefined) return this.#noting(call);
    const first = this.#noting(call);
    this.#first = first.catch(() => undefined);
    try {
      return await first;
    } finally {
      this.#first = undefined;
    }
  }

  async #noting<T>(call: () => Promise<T>): Promise<T> {
    try {
      const answer = await call();
      this.#answered = true;
      return answer;
    } catch (error) {
      // An answer that cannot be used is one as well; a refusal comes as another error.
      if (error instanceof SluiceError) this.#answered = true;
      else if (isNotReady(error)) this.#notReadySinceMs = performance.now();
      throw error;
    }
  }
}

function isNotReady(error: unknown): boolean {
  return !(error instanceof EndpointRefusal) || error.status >= 500 || error.status === 429;
}
