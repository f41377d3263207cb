import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Clock } from "../../platform/clock.ts";
import { breakerKey } from "../../platform/dynamodb/item-keys.ts";
import { type Condition, type Item, Table } from "../../platform/dynamodb/table.ts";
import { CircuitOpenError } from "../errors.ts";
import type { Breaker, Outcome } from "./breaker.ts";
import {
  type BreakerSettings,
  type BreakerState,
  closedBreaker,
  passage,
} from "./breaker-state.ts";

/** How old a closed breaker's state may be when a call is let through on it. */
const cacheMs = 1_000;

/** Told of each transition by the one instance that made it; awaited, and must not throw. */
export type OnTransition = (dependency: Dependency, now: BreakerState) => void | Promise<void>;

/**
 * A breaker as one item. Every transition is conditional on the epoch it
 * starts from and raises it, so of many instances exactly one makes it.
 */
export class DynamoBreaker implements Breaker {
  readonly #table: Table;
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  readonly #onTransition: OnTransition;
  /** Only closed ones: an open one is looked at anew, so that it is left without delay. */
  readonly #closed = new Map<Dependency, { epoch: number; readAtMs: number }>();

  constructor(
    client: DynamoDBClient,
    tableName: string,
    settings: BreakerSettings,
    clock: Clock,
    onTransition: OnTransition = () => {},
  ) {
    this.#table = new Table(client, tableName);
    this.#settings = settings;
    this.#clock = clock;
    this.#onTransition = onTransition;
  }

  async enter(dependency: Dependency, caller: string): Promise<{ epoch: number; probe: boolean }> {
    const cached = this.#closed.get(dependency);
    if (cached !== undefined && this.#clock.now() - cached.readAtMs < cacheMs) {
      return { epoch: cached.epoch, probe: false };
    }
    const breaker = await this.read(dependency);
    const way = passage(breaker, this.#settings, this.#clock.now());
    switch (way.pass) {
      case "call":
        return { epoch: way.epoch, probe: false };
      case "none":
        throw circuitOpen(dependency, way.retryAfterMs);
      case "probe":
        return this.#probe(dependency, way.epoch, caller);
    }
  }

  async record(dependency: Dependency, epoch: number, outcome: Outcome): Promise<void> {
    switch (outcome) {
      case "success":
        return this.#succeeded(dependency, epoch);
      case "failure":
        return this.#failed(dependency, epoch);
    }
  }

  async read(dependency: Dependency): Promise<BreakerState> {
    return this.#learn(dependency, await this.#table.get(breakerKey(dependency)));
  }

  /** Of all that may try, the one whose write comes first. A dead prober's lease ends, and its outcome is of an earlier epoch. */
  async #probe(dependency: Dependency, epoch: number, prober: string) {
    const probeUntilMs = this.#clock.now() + this.#settings.probeLeaseMs;
    const won = await this.#transition(
      dependency,
      epoch,
      "SET #state = :state, #prober = :prober, #probeUntilMs = :until",
      { state: "half-open", prober, until: probeUntilMs },
    );
    if (!won) throw circuitOpen(dependency, this.#settings.probeLeaseMs);
    return { epoch: epoch + 1, probe: true };
  }

  /**
   * A read, where a write is five times its price, and mostly nothing is to be
   * written. Not the cached state: a count that others' failures have raised
   * within its second would not be reset, and unrelated failures would add up.
   */
  async #succeeded(dependency: Dependency, epoch: number): Promise<void> {
    const breaker = await this.read(dependency);
    if (breaker.epoch !== epoch) return;
    switch (breaker.state) {
      case "closed":
        if (breaker.failures > 0) await this.#resetFailures(dependency, epoch);
        return;
      case "half-open":
        await this.#transition(
          dependency,
          epoch,
          "SET #state = :state, #failures = :none REMOVE #prober, #probeUntilMs, #openedAtMs",
          { state: "closed", none: 0 },
        );
        return;
      // No call begins in an open epoch.
      case "open":
    }
  }

  async #resetFailures(dependency: Dependency, epoch: number): Promise<void> {
    await this.#table.updateIf(breakerKey(dependency), {
      update: "SET #failures = :none",
      values: { none: 0 },
      conditions: [isIn("closed"), isOfEpoch(epoch)],
    });
  }

  /** The count is an atomic ADD. If its answer is lost the SDK repeats it: then it opens one failure early. */
  async #failed(dependency: Dependency, epoch: number): Promise<void> {
    const counted = await this.#table.updateIf(breakerKey(dependency), {
      update:
        "SET #state = if_not_exists(#state, :closed), #epoch = if_not_exists(#epoch, :epoch) ADD #failures :one",
      values: { closed: "closed", epoch, one: 1 },
      conditions: [epoch === closedBreaker.epoch ? isNewOrClosed(epoch) : isClosed(epoch)],
    });
    const breaker = this.#learn(dependency, counted.applied ? counted.item : counted.currentItem);
    if (breaker.epoch !== epoch) return;
    if (counted.applied && breaker.failures >= this.#settings.threshold) {
      await this.#open(dependency, epoch, 0, hasFailures(this.#settings.threshold));
    }
    if (!counted.applied && breaker.state === "half-open") await this.#open(dependency, epoch, 1);
  }

  async #open(
    dependency: Dependency,
    epoch: number,
    uncounted: number,
    ...conditions: Condition[]
  ): Promise<void> {
    await this.#transition(
      dependency,
      epoch,
      "SET #state = :state, #openedAtMs = :now, #failures = #failures + :uncounted REMOVE #prober, #probeUntilMs",
      { state: "open", now: this.#clock.now(), uncounted },
      ...conditions,
    );
  }

  /** Makes a transition out of an epoch, if nobody has. */
  async #transition(
    dependency: Dependency,
    epoch: number,
    update: string,
    values: Item,
    ...conditions: Condition[]
  ): Promise<boolean> {
    const written = await this.#table.updateIf(breakerKey(dependency), {
      update: `${update} ADD #epoch :one`,
      values: { ...values, one: 1 },
      conditions: [isOfEpoch(epoch), ...conditions],
    });
    const breaker = this.#learn(dependency, written.applied ? written.item : written.currentItem);
    if (written.applied) await this.#onTransition(dependency, breaker);
    return written.applied;
  }

  #learn(dependency: Dependency, item: Item | undefined): BreakerState {
    const breaker = breakerOf(item);
    if (breaker.state === "closed") {
      this.#closed.set(dependency, { epoch: breaker.epoch, readAtMs: this.#clock.now() });
    } else {
      this.#closed.delete(dependency);
    }
    return breaker;
  }
}

function isIn(state: BreakerState["state"]): Condition {
  return { expression: "#state = :in", values: { in: state } };
}

function isOfEpoch(epoch: number): Condition {
  return { expression: "#epoch = :epoch", values: { epoch } };
}

function isClosed(epoch: number): Condition {
  return {
    expression: "(#epoch = :epoch AND #state = :closed)",
    values: { epoch, closed: "closed" },
  };
}

/** A breaker that never counted a failure has no item. */
function isNewOrClosed(epoch: number): Condition {
  const closed = isClosed(epoch);
  return { ...closed, expression: `(attribute_not_exists(#pk) OR ${closed.expression})` };
}

function hasFailures(threshold: number): Condition {
  return { expression: "#failures >= :threshold", values: { threshold } };
}

function breakerOf(item: Item | undefined): BreakerState {
  if (item === undefined) return closedBreaker;
  const { pk: _pk, sk: _sk, ...state } = item;
  return state as unknown as BreakerState;
}

function circuitOpen(dependency: Dependency, retryAfterMs: number): CircuitOpenError {
  return new CircuitOpenError(
    `The breaker of ${dependency} is open: calls fail fast for another ${Math.ceil(retryAfterMs / 1_000)} s.`,
  );
}
