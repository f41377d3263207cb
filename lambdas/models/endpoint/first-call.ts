/**
 * Calls side by side would all learn the same thing about an endpoint, and each would pay for it.
 * Until the first answer of the process, they wait for the call that began first.
 */
import { setTimeout as wait } from "node:timers/promises";
import { SluiceError } from "../../platform/tasks/task-error.ts";

/** How long they wait. Parameters and numbers of texts are checked before a model begins. */
const firstCallWaitMs = 2_000;

export class FirstCall {
  #first: Promise<unknown> | undefined;
  #answered = false;

  /** @param call everything that is asked about a text, repetitions in another form included */
  async follow<T>(call: () => Promise<T>): Promise<T> {
    if (this.#answered) return call();
    if (this.#first !== undefined) {
      await Promise.race([this.#first, wait(firstCallWaitMs, undefined, { ref: false })]);
      return this.#noting(call);
    }
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
      throw error;
    }
  }
}
