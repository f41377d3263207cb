/**
 * One batch's calls. Each permit has a worker, which makes one call after
 * another and ends when no call may start now, or when another batch lacks the
 * permit. A call that failed waits without a permit and starts under the next.
 *
 * The first error stops the batch: no new call starts, those in flight run out
 * and are kept.
 */
import { BatchUnfinishedError, CapacityUnavailableError, CircuitOpenError } from "../errors.ts";
import type { PartyPermits } from "../limiter/permits.ts";
import type { LeaseId } from "../limiter/share.ts";
import { callMarginMs, maxRetryAfterMs } from "../limits.ts";
import { Ask, type AskOptions } from "./ask.ts";
import { CallQueue } from "./call-queue.ts";
import { Failures } from "./failures.ts";
import type { GatewayBatch, GatewayPorts } from "./model-gateway.ts";

/** Starts are spread over this for each, so that no burst arrives at the provider at once. */
const spreadMs = 10;
/**
 * Between two looks for permits: of a batch that has none, and of one that could use more. The
 * latter also looks as each of its calls ends.
 */
const lookMs = { without: [100, 250], with: [300, 600] } as const;
/**
 * The times above are for calls of this time. Where calls take longer, permits come free more
 * seldom, and a batch that has some looks less often, up to so many times: looks are paid for, and
 * take the cores of a laptop.
 */
const usualCallMs = 1_500;
const longestLooks = 4;
/** As long as most calls take. Longer waiting is the state machine's, which pays nothing for it. */
const maxWaitMs = 20_000;
/** A provider's `Retry-After` is waited out here. */
const maxIdleMs = maxRetryAfterMs + 1_000;

export class BatchRun<T> {
  readonly #ports: GatewayPorts;
  readonly #batch: GatewayBatch<T>;
  readonly #permits: PartyPermits;
  readonly #timeoutMs: number;
  readonly #failures = new Failures();
  readonly #calls: CallQueue<T>;
  readonly #ask: Ask<T>;
  readonly #workers = new Set<Promise<void>>();
  /** Workers that have a permit and wait for their first start. */
  #starting = 0;
  /** Since when calls wait and there is no permit. */
  #withoutSinceMs: number | undefined;
  #changed = Promise.withResolvers<void>();

  constructor(
    ports: GatewayPorts,
    batch: GatewayBatch<T>,
    permits: PartyPermits,
    options: Pick<AskOptions<T>, "timeoutMs" | "timeoutsCount">,
  ) {
    this.#ports = ports;
    this.#batch = batch;
    this.#permits = permits;
    this.#timeoutMs = options.timeoutMs;
    this.#calls = new CallQueue(batch);
    this.#ask = new Ask({
      ...options,
      ports,
      batch,
      permits,
      failures: this.#failures,
      calls: this.#calls,
    });
  }

  /** @throws the most severe of the errors that occurred */
  async run(): Promise<void> {
    while (!this.#failures.any && !this.#calls.isDone) {
      this.#calls.wake(this.#ports.clock.now());
      const changed = this.#changed.promise;
      if (this.#needTime()) await this.#grow().catch((error: unknown) => this.#fail(error));
      if (this.#failures.any || this.#calls.isDone) break;
      await Promise.race([changed, this.#nextLook()]);
    }
    await Promise.all(this.#workers);
    await this.#ask.releaseAhead();
    this.#failures.throwIfAny();
  }

  /** Takes permits for the calls that may start now, and sets a worker on each. */
  async #grow(): Promise<void> {
    const { clock, chance } = this.#ports;
    const want = this.#ask.isBarred ? 0 : this.#calls.ready - this.#starting;
    if (want <= 0) {
      this.#withoutSinceMs = undefined;
      return;
    }
    const leases = await this.#permits.take(want);
    for (const [i, lease] of leases.entries()) {
      const spread = leases.length === 1 ? 0 : i + chance.random();
      const worker = this.#work(lease, Math.floor(spread * spreadMs));
      this.#workers.add(worker);
      void worker.finally(() => {
        this.#workers.delete(worker);
        this.#signal();
      });
    }
    if (this.#workers.size > 0) {
      this.#withoutSinceMs = undefined;
      return;
    }
    this.#withoutSinceMs ??= clock.now();
    if (clock.now() - this.#withoutSinceMs >= maxWaitMs) {
      this.#fail(
        new CapacityUnavailableError(
          `All permits for calls to ${this.#batch.dependency} are in use by other batches. The batch tries again.`,
        ),
      );
    }
  }

  async #work(lease: LeaseId, delayMs: number): Promise<void> {
    this.#starting += 1;
    await Promise.all([this.#ask.prepare(), this.#ports.clock.sleep(delayMs)]);
    this.#starting -= 1;
    try {
      while (!this.#failures.any && !this.#ask.isBarred) {
        const queued = this.#calls.next();
        if (queued === undefined) break;
        await this.#ask.make(queued, lease);
        this.#signal();
        const lost = !this.#permits.holds(lease);
        if (lost || this.#calls.ready === 0 || this.#permits.isToGive()) break;
      }
    } catch (error) {
      this.#fail(error);
    }
    await this.#permits.give(lease).catch(() => undefined);
  }

  /** Whether a call may still start. Ends the batch when none can, and none is under way. */
  #needTime(): boolean {
    const nowMs = this.#ports.clock.now();
    if (this.#waitsLong(nowMs)) return false;
    const startMs = this.#calls.ready > 0 ? nowMs : (this.#calls.nextAtMs ?? nowMs);
    const leftMs = this.#batch.deadlineMs - startMs;
    if (leftMs >= this.#timeoutMs + callMarginMs) return true;
    if (this.#workers.size === 0) {
      this.#fail(
        new BatchUnfinishedError(
          `The function has too little time left for another call to ${this.#batch.dependency}. The answers so far are kept, and the batch continues from there.`,
        ),
      );
    }
    return false;
  }

  /** Whether no call is under way, and none may start soon. Ends the batch then. */
  #waitsLong(nowMs: number): boolean {
    const waitMs = (this.#calls.nextAtMs ?? nowMs) - nowMs;
    if (this.#workers.size > 0 || this.#calls.ready > 0 || waitMs <= maxIdleMs) return false;
    this.#fail(
      new CircuitOpenError(
        `The provider of ${this.#batch.dependency} has not answered so far. The next call to it is made in ${Math.round(waitMs / 1_000)} s.`,
      ),
    );
    return true;
  }

  /** Until a call's time has come, or it is worth looking for permits again. */
  async #nextLook(): Promise<void> {
    const { clock, chance } = this.#ports;
    const hasNone = this.#workers.size === 0;
    const [least, most] = hasNone ? lookMs.without : lookMs.with;
    const times = hasNone ? 1 : (this.#ask.callMs ?? 0) / usualCallMs;
    const lookInMs =
      (least + chance.random() * (most - least)) * Math.min(longestLooks, Math.max(1, times));
    const waits = this.#calls.ready > this.#starting && !this.#ask.isBarred;
    const nextInMs = (this.#calls.nextAtMs ?? Infinity) - clock.now();
    const sleepMs = Math.min(waits ? lookInMs : Infinity, Math.max(1, nextInMs));
    // Otherwise a worker's end is what comes next.
    if (sleepMs === Infinity) return this.#changed.promise;
    await clock.sleep(Math.ceil(sleepMs));
  }

  #fail(error: unknown): void {
    this.#failures.add(error);
    this.#signal();
  }

  #signal(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers();
  }
}
