/** The calls of a batch that are not made yet: some may start now, others at a later time. */
import type { GatewayCall } from "./model-gateway.ts";

export interface QueuedCall<T> {
  readonly call: GatewayCall<T>;
  /** Failed asks in this run. */
  readonly failures: number;
}

export class CallQueue<T> {
  readonly #ready: QueuedCall<T>[];
  readonly #later: { readonly queued: QueuedCall<T>; readonly atMs: number }[] = [];
  /** Calls without an outcome, those under way included. */
  #open: number;

  constructor(calls: readonly GatewayCall<T>[]) {
    this.#ready = calls.map((call) => ({ call, failures: 0 }));
    this.#open = calls.length;
  }

  get isDone(): boolean {
    return this.#open === 0;
  }

  get ready(): number {
    return this.#ready.length;
  }

  /** When the next of the waiting calls may start. */
  get nextAtMs(): number | undefined {
    return this.#later.reduce<number | undefined>(
      (first, { atMs }) => (first === undefined || atMs < first ? atMs : first),
      undefined,
    );
  }

  next(): QueuedCall<T> | undefined {
    return this.#ready.shift();
  }

  /** Not made after all: first in the row again. */
  putBack(queued: QueuedCall<T>): void {
    this.#ready.unshift(queued);
  }

  delay(queued: QueuedCall<T>, atMs: number): void {
    this.#later.push({ queued, atMs });
  }

  settle(): void {
    this.#open -= 1;
  }

  /** Moves the calls whose time has come to those that may start. */
  wake(nowMs: number): void {
    for (let i = this.#later.length - 1; i >= 0; i--) {
      const waiting = this.#later[i];
      if (waiting === undefined || waiting.atMs > nowMs) continue;
      this.#later.splice(i, 1);
      this.#ready.push(waiting.queued);
    }
  }
}
