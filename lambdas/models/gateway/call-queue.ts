/** The calls of a batch that are not made yet: some may start now, others at a later time. */
import type { CallClaim, GatewayBatch, GatewayCall } from "./model-gateway.ts";

export interface QueuedCall<T> {
  readonly call: GatewayCall<T>;
  /** Failed asks in this run. */
  readonly failures: number;
  /** Set where the call is claimed before its turn. */
  ahead?: Promise<TimedClaim> | undefined;
}

export interface TimedClaim {
  readonly claim: CallClaim;
  /** What it was claimed until; epoch milliseconds. */
  readonly untilMs: number;
}

/**
 * So many calls are begun before one is answered: enough to use all permits that a job may have, and
 * few enough that a provider which refuses everything is not asked for a whole batch.
 */
const begunUnanswered = 12;

export class CallQueue<T> {
  /** Whether any answer is known. */
  readonly isAnswered: () => boolean;
  readonly #fresh: QueuedCall<T>[];
  /** Begun before, and to be made now. */
  readonly #again: QueuedCall<T>[] = [];
  readonly #later: { readonly queued: QueuedCall<T>; readonly atMs: number }[] = [];
  /** Calls without an outcome, those under way included. */
  #open: number;
  #begun = 0;

  constructor({ calls, isAnswered = () => true }: Pick<GatewayBatch<T>, "calls" | "isAnswered">) {
    this.isAnswered = isAnswered;
    this.#fresh = calls.map((call) => ({ call, failures: 0 }));
    this.#open = calls.length;
  }

  get isDone(): boolean {
    return this.#open === 0;
  }

  /** Calls that may start now. */
  get ready(): number {
    return this.#again.length + this.#mayBegin();
  }

  /** When the next of the waiting calls may start. */
  get nextAtMs(): number | undefined {
    return this.#later.reduce<number | undefined>(
      (first, { atMs }) => (first === undefined || atMs < first ? atMs : first),
      undefined,
    );
  }

  /** Those claimed ahead come first: a claim is good for a short time. */
  next(): QueuedCall<T> | undefined {
    const startable = this.#startable();
    const queued = startable.find(({ ahead }) => ahead !== undefined) ?? startable[0];
    if (queued === undefined) return undefined;
    if (remove(this.#fresh, queued)) this.#begun += 1;
    else remove(this.#again, queued);
    return queued;
  }

  /** The first of those that may start now and is not claimed. */
  get unclaimed(): QueuedCall<T> | undefined {
    return this.#startable().find(({ ahead }) => ahead === undefined);
  }

  /** Those that wait with a claim. */
  get claimed(): readonly QueuedCall<T>[] {
    return [...this.#fresh, ...this.#again].filter(({ ahead }) => ahead !== undefined);
  }

  /** Not made after all: first in the row again. */
  putBack(queued: QueuedCall<T>): void {
    this.#again.unshift(queued);
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
      this.#again.push(waiting.queued);
    }
  }

  /** In the order in which they start. */
  #startable(): readonly QueuedCall<T>[] {
    return [...this.#fresh.slice(0, this.#mayBegin()), ...this.#again];
  }

  /** One more in any case when no other call is open: the batch must go on. */
  #mayBegin(): number {
    const fresh = this.#fresh.length;
    if (this.isAnswered()) return fresh;
    const least = this.#open === fresh ? 1 : 0;
    return Math.min(fresh, Math.max(least, begunUnanswered - this.#begun));
  }
}

function remove<Item>(items: Item[], item: Item): boolean {
  const at = items.indexOf(item);
  if (at >= 0) items.splice(at, 1);
  return at >= 0;
}
