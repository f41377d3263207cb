/**
 * One batch's calls, made by as many workers as it has permits. A worker takes
 * the next call when it has kept the answer of the one before, retries with
 * its permit in hand (so that a provider in trouble is asked less), and gives
 * the permit back when no call is left.
 *
 * The first failure stops the batch: no new call starts, those in flight run
 * out and are kept.
 */
import { BatchUnfinishedError, CircuitOpenError, type TransientProviderError } from "../errors.ts";
import { callRetryDelaysMs, maxRetryAfterMs } from "../limits.ts";
import { type Attempted, attempt, retryAfter, usageOf } from "./attempt.ts";
import { Failures } from "./failures.ts";
import { cachedFence } from "./fence.ts";
import type { GatewayBatch, GatewayCall, GatewayPorts } from "./model-gateway.ts";

/** Starts are spread over this, so that no burst arrives at the provider at once. */
const spreadMs = 100;
/** Time to keep an answer and to give permits back, after a call that took all of its own. */
const marginMs = 3_000;

export class BatchRun<T> {
  readonly #ports: GatewayPorts;
  readonly #batch: GatewayBatch<T>;
  readonly #timeoutMs: number;
  readonly #fence: () => Promise<void>;
  readonly #failures = new Failures();
  #next = 0;
  #workers = 0;
  /** Calls at the provider now, and a promise for when the next of them ends. */
  #inFlight = 0;
  #ended = Promise.withResolvers<void>();

  constructor(ports: GatewayPorts, batch: GatewayBatch<T>, timeoutMs: number) {
    this.#ports = ports;
    this.#batch = batch;
    this.#timeoutMs = timeoutMs;
    this.#fence = cachedFence(() => batch.fence(), ports.clock);
  }

  /** @throws the most telling of the errors that occurred */
  async run(permits: number): Promise<void> {
    this.#workers = permits;
    await Promise.all(
      Array.from({ length: permits }, (_, index) => this.#work(index / permits, 1 / permits)),
    );
    this.#failures.throwIfAny();
  }

  async #work(from: number, share: number): Promise<void> {
    const { clock, chance, limiter } = this.#ports;
    const { calls, dependency, holder } = this.#batch;
    if (this.#workers > 1)
      await clock.sleep(Math.floor((from + chance.random() * share) * spreadMs));
    while (!this.#failures.any && this.#next < calls.length) {
      const index = this.#next++;
      const call = calls[index];
      if (call === undefined) break;
      await this.#make(call, index).catch((error: unknown) => this.#failures.add(error));
    }
    this.#workers -= 1;
    // The last permit goes back with the batch. A lease that cannot be shrunk runs out by itself.
    if (this.#workers > 0) {
      await limiter.shrink(dependency, holder, this.#workers).catch(() => undefined);
    }
  }

  /** Makes a call with its retries; returns early, leaving it unmade, once the batch is stopped. */
  async #make(call: GatewayCall<T>, index: number): Promise<void> {
    for (let retries = 0; ; retries++) {
      const epoch = await this.#admit(index);
      if (epoch === undefined) return;
      const attempted = await this.#attempt(call, epoch);
      switch (attempted.kind) {
        case "answered":
          return;
        case "refused":
          return call.refused(attempted.error);
        case "misconfigured":
        case "broken":
          throw attempted.error;
        case "failed":
          await this.#waitForRetry(attempted.error, retries);
      }
    }
  }

  /**
   * The epoch to call in, once everything allows a call: time, fence, breaker.
   * `undefined` when the batch was stopped meanwhile.
   */
  async #admit(index: number): Promise<number | undefined> {
    const { breaker } = this.#ports;
    const { dependency, holder } = this.#batch;
    for (;;) {
      if (this.#failures.any) return undefined;
      this.#needTime(0);
      await this.#fence();
      if (this.#failures.any) return undefined;
      // Counted before the breaker is asked, so that a refused worker knows of one that was let through.
      this.#inFlight += 1;
      try {
        return (await breaker.enter(dependency, `${holder}#${index}`)).epoch;
      } catch (error) {
        this.#inFlight -= 1;
        // The call in flight may be the probe that closes the breaker: then the batch goes on.
        if (!(error instanceof CircuitOpenError) || this.#inFlight === 0) throw error;
        await Promise.race([this.#ended.promise, this.#failures.happened]);
        if (this.#failures.any) throw error;
      }
    }
  }

  /** Invokes; keeps the answer and tells the breaker before anything else may happen on this permit. */
  async #attempt(call: GatewayCall<T>, epoch: number): Promise<Attempted<T>> {
    const { breaker, timeout } = this.#ports;
    const { dependency, correlationId } = this.#batch;
    try {
      const attempted = await attempt((options) => call.invoke(options), {
        signal: timeout(this.#timeoutMs),
        correlationId,
      });
      this.#batch.spent(usageOf(dependency, attempted));
      try {
        // First what was paid for.
        if (attempted.kind === "answered") await call.keep(attempted.value);
      } finally {
        if (attempted.kind !== "broken") {
          // One that refuses an input, or a key, is there and answers.
          await breaker.record(
            dependency,
            epoch,
            attempted.kind === "failed" ? "failure" : "success",
          );
        }
      }
      return attempted;
    } finally {
      this.#inFlight -= 1;
      this.#ended.resolve();
      this.#ended = Promise.withResolvers();
    }
  }

  /** @throws the failure itself when no retry is left */
  async #waitForRetry(failure: TransientProviderError, retries: number): Promise<void> {
    const { clock, chance } = this.#ports;
    const delayMs = callRetryDelaysMs[retries];
    if (delayMs === undefined) throw failure;
    const askedMs = "retryAfterMs" in failure ? (failure.retryAfterMs ?? 0) : 0;
    const waitMs = Math.max(delayMs, Math.min(askedMs, maxRetryAfterMs));
    this.#needTime(waitMs + spreadMs);
    this.#batch.spent(retryAfter(failure));
    // Never shorter than asked for; longer by chance, so that those refused together do not return together.
    const sleep = clock.sleep(Math.ceil(waitMs + chance.random() * spreadMs));
    await Promise.race([sleep, this.#failures.happened]);
  }

  /** @throws BatchUnfinishedError when a call begun after `waitMs` might not end in time */
  #needTime(waitMs: number): void {
    const leftMs = this.#batch.deadlineMs - this.#ports.clock.now();
    if (leftMs < waitMs + this.#timeoutMs + marginMs) {
      throw new BatchUnfinishedError(
        `${leftMs} ms are left, too few for another call to ${this.#batch.dependency}; what was answered is kept, and the batch goes on from there.`,
      );
    }
  }
}
