import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import { limiterKey } from "../../platform/dynamodb/item-keys.ts";
import {
  type Condition,
  type ConditionalChange,
  type Item,
  Table,
} from "../../platform/dynamodb/table.ts";
import { CapacityUnavailableError } from "../errors.ts";
import { permitLeaseMs } from "../limits.ts";
import {
  grant,
  type PermitHolder,
  type PermitLease,
  type PermitLeases,
  type PermitRequest,
  permitsInUse,
} from "./grant.ts";
import type { Limiter } from "./limiter.ts";

/** Tries to get a write in before others do. */
const maxTries = 12;
const firstWaitMs = 20;
const longestWaitMs = 640;

/**
 * The permits of a dependency as one item: `leases` by holder, and `version`.
 *
 * An acquire reads, reckons and writes only its own lease, if no other acquire
 * came in between; else it tries again after a random wait (without one, 1 in
 * 15 gets through). A shrink needs no such care and so never waits: it changes
 * only its own lease, and to see one too large makes others ask for less, not
 * for more. Hence acquires raise the version and shrinks do not.
 */
export class DynamoLimiter implements Limiter {
  readonly #table: Table;
  readonly #clock: Clock;
  readonly #chance: Chance;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock, chance: Chance) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
    this.#chance = chance;
  }

  async acquire(dependency: Dependency, request: PermitRequest): Promise<number> {
    for (let tries = 1; tries <= maxTries; tries++) {
      const item = await this.#table.get(limiterKey(dependency));
      const nowMs = this.#clock.now();
      const permits = grant(leasesOf(item), request, nowMs);
      if (permits === 0) return 0;
      const lease = { permits, expiresAtMs: nowMs + permitLeaseMs };
      const change = item === undefined ? first(request, lease) : next(item, request, lease, nowMs);
      if ((await this.#table.updateIf(limiterKey(dependency), change)).applied) return permits;
      const waitMs = Math.min(longestWaitMs, firstWaitMs * 2 ** tries);
      await this.#clock.sleep(this.#chance.random() * waitMs);
    }
    throw new CapacityUnavailableError(
      `${maxTries} times others took permits of ${dependency} in the same moment as ${request.holder}; it has none and asks again later.`,
    );
  }

  async shrink(dependency: Dependency, holder: PermitHolder, permits: number): Promise<void> {
    await this.#table.updateIf(limiterKey(dependency), {
      update: permits > 0 ? "SET #leases.#holder.#permits = :permits" : "REMOVE #leases.#holder",
      values: { permits },
      names: { holder },
      conditions: [holdsMoreThan(permits)],
    });
  }

  async inUse(dependency: Dependency): Promise<number> {
    const item = await this.#table.get(limiterKey(dependency));
    return permitsInUse(leasesOf(item), this.#clock.now());
  }
}

function leasesOf(item: Item | undefined): PermitLeases {
  return (item?.["leases"] as PermitLeases | undefined) ?? {};
}

function first({ holder }: PermitRequest, lease: PermitLease): ConditionalChange {
  return {
    update: "SET #leases = :leases, #version = :one",
    values: { leases: { [holder]: lease }, one: 1 },
    conditions: [{ expression: "attribute_not_exists(#pk)" }],
  };
}

/** DynamoDB reads 4 KB of an expression; each lease to take out needs 21 bytes of it. */
const mostTakenOut = 100;

/** Writes the holder's lease and takes out some that have expired, so that the item stays small. */
function next(
  item: Item,
  { holder }: PermitRequest,
  lease: PermitLease,
  nowMs: number,
): ConditionalChange {
  const expired = Object.entries(leasesOf(item))
    .filter(([name, { expiresAtMs }]) => name !== holder && expiresAtMs <= nowMs)
    .slice(0, mostTakenOut)
    .map(([name], i) => [`expired${i}`, name] as const);
  const remove = expired.map(([name]) => `#leases.#${name}`).join(", ");
  return {
    update: `SET #leases.#holder = :lease${remove && ` REMOVE ${remove}`} ADD #version :one`,
    values: { lease, one: 1 },
    names: { holder, ...Object.fromEntries(expired) },
    conditions: [isUnchangedSince(Number(item["version"]))],
  };
}

function isUnchangedSince(version: number): Condition {
  return { expression: "#version = :version", values: { version } };
}

/** A lease never grows, and one that is gone stays gone. */
function holdsMoreThan(permits: number): Condition {
  return { expression: "#leases.#holder.#permits > :permits", values: { permits } };
}
