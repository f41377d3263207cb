import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import { breakerKey } from "../../platform/dynamodb/item-keys.ts";
import { type Item, Table } from "../../platform/dynamodb/table.ts";
import { CircuitOpenError } from "../errors.ts";
import type { Breaker, Outcome } from "./breaker.ts";
import {
  type BreakerSettings,
  type BreakerState,
  type Caller,
  closedBreaker,
  enter,
  type FailureReason,
  record,
} from "./breaker-state.ts";

/** How old a closed breaker's state may be when a call is let through on it. */
const cacheMs = 1_000;
/** Writes of one outcome that others may come before. As many calls fail at once at most as are in flight. */
const maxTries = 40;
const retryMs = 40;

/** Told of each transition by the one instance that made it; awaited, and must not throw. */
export type OnTransition = (dependency: Dependency, now: BreakerState) => void | Promise<void>;

/** A state, and the number of the write that left it. */
interface Kept {
  readonly breaker: BreakerState;
  readonly revision: number;
}

/**
 * A breaker as one item. What becomes of it is reckoned by `breaker-state.ts`
 * and written if no other write came in between, so of many instances exactly
 * one makes a transition.
 */
export class DynamoBreaker implements Breaker {
  readonly #table: Table;
  readonly #settings: BreakerSettings;
  readonly #clock: Clock;
  readonly #chance: Pick<Chance, "random">;
  readonly #onTransition: OnTransition;
  readonly #reading = new Map<Dependency, Promise<Kept>>();
  /** Only closed ones: an open one is looked at anew, so that it is left without delay. */
  readonly #closed = new Map<Dependency, { epoch: number; readAtMs: number }>();

  constructor(
    client: DynamoDBClient,
    tableName: string,
    settings: BreakerSettings,
    { clock, chance }: { readonly clock: Clock; readonly chance: Pick<Chance, "random"> },
    onTransition: OnTransition = () => {},
  ) {
    this.#table = new Table(client, tableName);
    this.#settings = settings;
    this.#clock = clock;
    this.#chance = chance;
    this.#onTransition = onTransition;
  }

  async enter(dependency: Dependency, caller: Caller): Promise<{ epoch: number; probe: boolean }> {
    const cached = this.#closed.get(dependency);
    if (cached !== undefined && this.#clock.now() - cached.readAtMs < cacheMs) {
      return { epoch: cached.epoch, probe: false };
    }
    const kept = await this.#read(dependency);
    const way = enter(kept.breaker, caller, this.#settings, this.#clock.now());
    switch (way.pass) {
      case "call":
        return { epoch: way.epoch, probe: false };
      case "none":
        if (way.next !== undefined) await this.#write(dependency, kept, way.next);
        throw circuitOpen(dependency, way.retryAfterMs);
      case "probe": {
        // Of all that may try, the one whose write comes first.
        const { written } = await this.#write(dependency, kept, way.next);
        if (!written) throw circuitOpen(dependency, this.#settings.probeLeaseMs);
        return { epoch: way.epoch, probe: true };
      }
    }
  }

  /**
   * Begins with a read, where a write is five times its price, and mostly nothing is to be
   * written. Not with the cached state: a count that others' failures have raised
   * within its second would not be reset, and unrelated failures would add up.
   */
  async record(
    dependency: Dependency,
    epoch: number,
    outcome: Outcome,
    call: string,
    reason?: FailureReason,
  ): Promise<void> {
    const what = { epoch, call, failed: outcome === "failure", reason };
    let kept = await (what.failed ? this.#read(dependency) : this.#readTogether(dependency));
    for (let tries = 1; tries <= maxTries; tries++) {
      const next = record(kept.breaker, what, this.#settings, this.#clock.now());
      if (next === kept.breaker) return;
      const { written, now } = await this.#write(dependency, kept, next);
      if (written) return;
      kept = now;
      await this.#clock.sleep(Math.ceil(this.#chance.random() * retryMs));
    }
  }

  async read(dependency: Dependency): Promise<BreakerState> {
    return (await this.#read(dependency)).breaker;
  }

  /** Calls that succeed together share a read: it is a moment old at most. */
  #readTogether(dependency: Dependency): Promise<Kept> {
    const reading =
      this.#reading.get(dependency) ??
      this.#read(dependency).finally(() => this.#reading.delete(dependency));
    this.#reading.set(dependency, reading);
    return reading;
  }

  async #read(dependency: Dependency): Promise<Kept> {
    return this.#learn(dependency, await this.#table.get(breakerKey(dependency)));
  }

  /** Writes a state in the place of the one that it was reckoned from, if that is still there. */
  async #write(
    dependency: Dependency,
    { breaker, revision }: Kept,
    next: BreakerState,
  ): Promise<{ readonly written: boolean; readonly now: Kept }> {
    const item = { ...breakerKey(dependency), ...next, revision: revision + 1 };
    const written = await this.#table.put(item, {
      // Items of earlier versions have no revision; their states have an epoch at least.
      expression:
        "(attribute_not_exists(#pk) OR #revision = :revision OR (attribute_not_exists(#revision) AND #epoch = :epoch))",
      values: { revision, epoch: breaker.epoch },
    });
    const now = this.#learn(dependency, written.applied ? item : written.currentItem);
    if (written.applied && next.state !== breaker.state) await this.#onTransition(dependency, next);
    return { written: written.applied, now };
  }

  #learn(dependency: Dependency, item: Item | undefined): Kept {
    const { breaker, revision } = keptOf(item);
    if (breaker.state === "closed") {
      this.#closed.set(dependency, { epoch: breaker.epoch, readAtMs: this.#clock.now() });
    } else {
      this.#closed.delete(dependency);
    }
    return { breaker, revision };
  }
}

function keptOf(item: Item | undefined): Kept {
  if (item === undefined) return { breaker: closedBreaker, revision: 0 };
  const { pk: _pk, sk: _sk, revision = 0, ...state } = item;
  return { breaker: state as unknown as BreakerState, revision: Number(revision) };
}

function circuitOpen(dependency: Dependency, retryAfterMs: number): CircuitOpenError {
  return new CircuitOpenError(
    `The breaker of ${dependency} is open: calls fail fast for another ${Math.ceil(retryAfterMs / 1_000)} s.`,
  );
}
