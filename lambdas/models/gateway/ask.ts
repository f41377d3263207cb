/** One ask of one call under a permit: everything that must allow it, the call, and what follows from its end. */

import { whileThrottled } from "../../platform/dynamodb/throttling.ts";
import type { FailureReason } from "../breaker/breaker-state.ts";
import {
  AnswerUnusableError,
  BatchUnfinishedError,
  CircuitOpenError,
  ProviderTimeoutError,
  type TransientProviderError,
} from "../errors.ts";
import type { PartyPermits } from "../limiter/permits.ts";
import { jobOf, type LeaseId } from "../limiter/share.ts";
import { callMarginMs, extraAsks, maxAsks, maxRetryAfterMs } from "../limits.ts";
import { askDelayMs, type MadeAsk } from "./ask-delay.ts";
import { type Attempted, attempt, retryUsage, usageOf } from "./attempt.ts";
import type { CallQueue, QueuedCall, TimedClaim } from "./call-queue.ts";
import type { Failures } from "./failures.ts";
import { cachedFence } from "./fence.ts";
import type { GatewayBatch, GatewayCall, GatewayPorts } from "./model-gateway.ts";

/** Retries of calls that failed together do not come together. */
const spreadMs = 100;
/** How often one looks for the answer that another run asks for. */
const othersLookMs = 2_000;

export interface AskOptions<T> {
  readonly ports: GatewayPorts;
  readonly batch: GatewayBatch<T>;
  readonly permits: PartyPermits;
  readonly failures: Failures;
  readonly calls: CallQueue<T>;
  readonly timeoutMs: number;
  readonly timeoutsCount: boolean;
}

export class Ask<T> {
  readonly #options: AskOptions<T>;
  readonly #fence: () => Promise<void>;
  readonly #party: string;
  /** Asks under way. */
  #asking = 0;
  #callMs: number | undefined;
  /** Answers that are being kept though their permits were given back. */
  readonly #late = new Set<Promise<void>>();
  /** The breaker turned a call away while others were under way: one of them may close it. */
  #barred: CircuitOpenError | undefined;

  constructor(options: AskOptions<T>) {
    this.#options = options;
    this.#fence = cachedFence(() => options.batch.fence(), options.ports.clock);
    this.#party = jobOf(options.batch.party) ?? options.batch.party;
  }

  /**
   * Asks the fence and claims a call beside what else takes time, so that the call begins without
   * waiting for them. What they answer counts when its turn comes.
   */
  async prepare(): Promise<void> {
    const queued = this.#options.calls.unclaimed;
    if (queued !== undefined) queued.ahead = this.#claim(queued.call);
    await Promise.allSettled([this.#fence(), queued?.ahead]);
  }

  /** Gives up the claims of calls whose turn did not come; those left behind run out by themselves. */
  async releaseAhead(): Promise<void> {
    await Promise.allSettled(
      this.#options.calls.claimed.map((queued) => this.#releaseAhead(queued)),
    );
  }

  /** What the latest call took; `undefined` before the first has ended. */
  get callMs(): number | undefined {
    return this.#callMs;
  }

  get isBarred(): boolean {
    return this.#barred !== undefined;
  }

  /** Leaves the call settled, delayed or put back. @throws what ends the batch */
  async make(queued: QueuedCall<T>, lease: LeaseId): Promise<void> {
    this.#asking += 1;
    let asked = false;
    try {
      asked = await this.#make(queued, lease);
    } finally {
      this.#asking -= 1;
      if (asked) this.#barred = undefined;
      if (this.#asking === 0 && this.#barred !== undefined)
        this.#options.failures.add(this.#barred);
    }
  }

  /** Whether the provider was asked. */
  async #make(queued: QueuedCall<T>, lease: LeaseId): Promise<boolean> {
    const { ports, batch, calls, failures, timeoutMs } = this.#options;
    const { clock } = ports;
    const { call } = queued;
    try {
      this.#needTime();
      await this.#fence();
    } catch (error) {
      calls.putBack(queued);
      throw error;
    }
    if (failures.any) {
      calls.putBack(queued);
      return false;
    }
    const { claim, untilMs: claimedUntilMs } = await this.#claimed(queued);
    switch (claim.kind) {
      case "answered":
        calls.settle();
        return false;
      case "taken": {
        // Nobody asks for that long: a failed ask is waited out, and no answer comes before.
        const isWait = claim.untilMs - clock.now() > timeoutMs + 2 * callMarginMs;
        const lookMs = isWait ? Infinity : clock.now() + othersLookMs;
        calls.delay(queued, Math.min(claim.untilMs + spreadMs, lookMs));
        return false;
      }
      case "spent":
        await call.exhausted(claim.failure);
        calls.settle();
        return false;
      case "ask":
        break;
    }
    const entered = await this.#enter(call);
    const covered = await this.#covered(lease);
    const begins =
      entered !== undefined &&
      !failures.any &&
      covered &&
      // What came before may have taken longer than anybody reckoned with.
      clock.now() + timeoutMs + callMarginMs <= Math.min(claimedUntilMs, batch.deadlineMs);
    if (!begins) {
      calls.putBack(queued);
      await call.release({ asks: -1 });
      return false;
    }
    const attempted = await this.#attempt(call, lease, entered.epoch);
    const { asks, failedAtMs } = claim;
    await this.#conclude(queued, attempted, { asks, failedAtMs, probe: entered.probe });
    return true;
  }

  /** The claim made ahead while it covers a call, else a new one. */
  async #claimed(queued: QueuedCall<T>): Promise<TimedClaim> {
    const { clock } = this.#options.ports;
    const ahead = await queued.ahead;
    if (ahead !== undefined) {
      const isLate = clock.now() + this.#options.timeoutMs + callMarginMs > ahead.untilMs;
      if (ahead.claim.kind !== "ask" || !isLate) {
        queued.ahead = undefined;
        return ahead;
      }
      await this.#releaseAhead(queued);
    }
    return this.#claim(queued.call);
  }

  async #claim(call: GatewayCall<T>): Promise<TimedClaim> {
    const untilMs = this.#options.ports.clock.now() + this.#options.timeoutMs + 2 * callMarginMs;
    return { claim: await call.claim(untilMs), untilMs };
  }

  async #releaseAhead(queued: QueuedCall<T>): Promise<void> {
    const ahead = await queued.ahead;
    queued.ahead = undefined;
    if (ahead?.claim.kind === "ask") await queued.call.release({ asks: -1 });
  }

  async #enter(call: GatewayCall<T>): Promise<{ epoch: number; probe: boolean } | undefined> {
    const { ports, batch } = this.#options;
    try {
      return await ports.breaker.enter(batch.dependency, { call: call.key, party: this.#party });
    } catch (error) {
      if (!(error instanceof CircuitOpenError)) {
        await call.release({ asks: -1 }).catch(() => undefined);
        throw error;
      }
      // The call under way may be the probe that closes the breaker: then the batch goes on.
      this.#barred = error;
      return undefined;
    }
  }

  /** Invokes; keeps the answer and tells the breaker before anything else may happen on this permit. */
  async #attempt(call: GatewayCall<T>, lease: LeaseId, epoch: number): Promise<Attempted<T>> {
    const { ports, batch, timeoutMs } = this.#options;
    const { dependency, correlationId } = batch;
    const startedMs = ports.clock.now();
    const attempted = await attempt((options) => call.invoke(options), {
      signal: ports.timeout(timeoutMs),
      timeoutMs,
      correlationId,
    });
    this.#callMs = ports.clock.now() - startedMs;
    batch.spent(usageOf(dependency, attempted));
    const kept =
      attempted.kind === "answered" ? this.#keep(call, attempted.value) : Promise.resolve();
    const outcome = this.#outcomeOf(attempted);
    const told =
      outcome === undefined
        ? Promise.resolve()
        : ports.breaker.record(dependency, epoch, outcome, call.key, reasonOf(attempted));
    const next = this.#afterCall(lease, kept);
    const [keeping, telling] = await Promise.allSettled([kept, told, next]);
    if (keeping.status === "rejected") throw keeping.reason;
    if (telling.status === "rejected") throw telling.reason;
    return attempted;
  }

  /** What the permit's next call needs, if there is one; else the permit is for others. */
  async #afterCall(lease: LeaseId, kept: Promise<void>): Promise<void> {
    const { permits, calls } = this.#options;
    if (calls.ready > 0) {
      await Promise.all([permits.refresh(), this.prepare()]);
      return;
    }
    this.#late.add(kept);
    const isKept = () => this.#late.delete(kept);
    kept.then(isKept, isKept);
    await permits.give(lease).catch(() => undefined);
  }

  /**
   * Whether the lease covers a call that begins now. No call of the batch begins while an answer whose
   * permit was given back is not kept: a table that is throttled holds back what it cannot keep.
   */
  async #covered(lease: LeaseId): Promise<boolean> {
    for (;;) {
      await Promise.allSettled(this.#late);
      const covered = await this.#options.permits.covers(lease);
      if (this.#late.size === 0) return covered;
    }
  }

  /** What was paid for is kept, also by a table that is throttled for a while. */
  #keep(call: GatewayCall<T>, value: T): Promise<void> {
    const { ports, batch } = this.#options;
    return whileThrottled(() => call.keep(value), { ...ports, untilMs: batch.deadlineMs });
  }

  /** One that refuses an input, or a key, or answers what nobody asked for, is there and answers. */
  #outcomeOf(attempted: Attempted<T>): "success" | "failure" | undefined {
    switch (attempted.kind) {
      case "answered":
      case "refused":
      case "misconfigured":
      case "unusable":
        return "success";
      case "failed":
        return attempted.error instanceof ProviderTimeoutError && !this.#options.timeoutsCount
          ? undefined
          : "failure";
      case "broken":
        return undefined;
    }
  }

  async #conclude(queued: QueuedCall<T>, attempted: Attempted<T>, ask: MadeAsk): Promise<void> {
    const { calls } = this.#options;
    const { call } = queued;
    switch (attempted.kind) {
      case "answered":
        return calls.settle();
      case "refused":
        await call.refused(attempted.error);
        return calls.settle();
      case "misconfigured":
      case "broken":
        await call.release({ asks: 0 }).catch(() => undefined);
        throw attempted.error;
      case "failed":
      case "unusable":
        return this.#failed(queued, attempted.error, ask);
    }
  }

  /**
   * Waits for the next ask, or gives the call up. A probe of an open breaker
   * costs none of a text's asks: there is one in a cool-down, and an outage
   * must not use up what a text has.
   */
  async #failed(
    { call, failures }: QueuedCall<T>,
    error: TransientProviderError | AnswerUnusableError,
    ask: MadeAsk,
  ): Promise<void> {
    const { calls, batch, ports } = this.#options;
    const { asks, probe } = ask;
    const extra =
      error instanceof ProviderTimeoutError
        ? extraAsks.timeout
        : error instanceof AnswerUnusableError
          ? extraAsks.unusable
          : 0;
    const isLast = !probe && asks + extra >= maxAsks;
    const { timeoutsCount } = this.#options;
    const { dependency, patience } = batch;
    const source = { dependency, patience, breaker: ports.breaker, timeoutsCount };
    const delayMs = isLast ? 0 : await askDelayMs(error, { ...ask, failures }, source);
    const wantedMs = "retryAfterMs" in error ? (error.retryAfterMs ?? 0) : 0;
    // Never shorter than asked for; longer by chance, so that those refused together do not return together.
    const waitMs = Math.max(delayMs, Math.min(wantedMs, maxRetryAfterMs));
    const notBeforeMs = ports.clock.now() + Math.ceil(waitMs + ports.chance.random() * spreadMs);
    const { name, message } = error;
    await call.release({
      asks: probe ? -1 : extra,
      failure: { name, message, atMs: ports.clock.now() },
      ...(isLast ? {} : { notBeforeMs }),
    });
    if (isLast) {
      await call.exhausted(error);
      calls.settle();
      return;
    }
    batch.spent(retryUsage(error));
    calls.delay({ call, failures: failures + 1 }, notBeforeMs);
  }

  /** @throws BatchUnfinishedError when a call begun now might not end in time */
  #needTime(): void {
    const { batch, ports, timeoutMs } = this.#options;
    const leftMs = batch.deadlineMs - ports.clock.now();
    if (leftMs >= timeoutMs + callMarginMs) return;
    throw new BatchUnfinishedError(
      `${leftMs} ms are left, too few for another call to ${batch.dependency}; what was answered is kept, and the batch goes on from there.`,
    );
  }
}

/** Of a failure, and of a refusal that every call would meet: the breaker only keeps that one. */
function reasonOf<T>(attempted: Attempted<T>): FailureReason | undefined {
  if (attempted.kind !== "failed" && attempted.kind !== "misconfigured") return undefined;
  const { error } = attempted;
  const { code, message, at } = error;
  return "retryAfterMs" in error
    ? { code, message, ...at, retryAfterMs: error.retryAfterMs }
    : { code, message, ...at };
}
