import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { Clock } from "../../platform/clock.ts";
import { limiterKey } from "../../platform/dynamodb/item-keys.ts";
import {
  type Condition,
  type ConditionalChange,
  type Item,
  Table,
} from "../../platform/dynamodb/table.ts";
import { sha256 } from "../../platform/sha256.ts";
import type { Limiter, TakeRequest } from "./limiter.ts";
import {
  expiredLeases,
  jobOf,
  type LeaseId,
  type Party,
  type Permits,
  partyOf,
  permitsInUse,
} from "./share.ts";

/** DynamoDB reads 4 KB of an expression; each lease to remove needs some 40 bytes of it. */
const maxExpiredRemovedPerWrite = 40;

/**
 * The permits of a dependency as one item: `held`, a map of leases; `waiting`,
 * a map of parties; and for each job that holds any a string set `JOB#id` of
 * its leases' {@link tagOf tags}. The caps are conditions on the sizes of map and set, so takers
 * never contend for a version: a write is refused only when there is no room.
 */
export class DynamoLimiter implements Limiter {
  readonly #table: Table;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  async take(dependency: Dependency, request: TakeRequest) {
    if (request.jobId !== undefined && request.leases.length > request.perJob) {
      return { taken: false, permits: await this.read(dependency) };
    }
    for (;;) {
      const written = await this.#table.updateIf(limiterKey(dependency), taking(request));
      if (written.applied)
        return { taken: true, permits: permitsOf(written.item, this.#clock.now()) };
      const { currentItem } = written;
      if (currentItem?.["held"] === undefined) {
        await this.#create(dependency);
        continue;
      }
      const permits = permitsOf(currentItem, this.#clock.now());
      const expired = expiredLeases(permits, this.#clock.now());
      if (expired.length === 0) return { taken: false, permits };
      await this.#remove(dependency, expired, permits);
    }
  }

  async renew(dependency: Dependency, leases: readonly LeaseId[], untilMs: number) {
    const lease = numbered(leases);
    const written = await this.#table.updateIf(limiterKey(dependency), {
      update: `SET ${lease.refs.map((ref) => `#held.${ref} = :until`).join(", ")}`,
      values: { until: untilMs },
      names: lease.names,
      conditions: lease.refs.map((ref) => ({ expression: `attribute_exists(#held.${ref})` })),
    });
    return written.applied;
  }

  async give(
    dependency: Dependency,
    given: { leases: readonly LeaseId[]; party: Party; jobId?: string },
  ): Promise<void> {
    const { leases, party, jobId } = given;
    const lease = numbered(leases);
    const removed = [...lease.refs.map((ref) => `#held.${ref}`), "#waiting.#party"].join(", ");
    const ofJob = jobId === undefined || leases.length === 0 ? "" : " DELETE #job :leases";
    await this.#table.updateIf(limiterKey(dependency), {
      update: `REMOVE ${removed}${ofJob}`,
      values: { leases: ofSet(leases) },
      names: { ...lease.names, party, job: `JOB#${jobId}` },
      conditions: [exists],
    });
  }

  async announce(dependency: Dependency, party: Party, untilMs: number): Promise<void> {
    const change = {
      update: "SET #waiting.#party = :until",
      values: { until: untilMs },
      names: { party },
      conditions: [exists],
    };
    const written = await this.#table.updateIf(limiterKey(dependency), change);
    if (written.applied) return;
    await this.#create(dependency);
    await this.#table.updateIf(limiterKey(dependency), change);
  }

  async read(dependency: Dependency): Promise<Permits> {
    return permitsOf(await this.#table.get(limiterKey(dependency)), this.#clock.now());
  }

  async inUse(dependency: Dependency): Promise<number> {
    return permitsInUse(await this.read(dependency), this.#clock.now());
  }

  /** Also beside what an earlier version of this code kept in the item. */
  async #create(dependency: Dependency): Promise<void> {
    await this.#table.updateIf(limiterKey(dependency), {
      // Two values: an emulator was seen to keep one map for both.
      update: "SET #held = :noLeases, #waiting = :noParties",
      values: { noLeases: {}, noParties: {} },
      conditions: [{ expression: "attribute_not_exists(#held)" }],
    });
  }

  /**
   * Removes leases that have run out, and parties that no longer wait. A lease
   * that was renewed meanwhile stays, and with it all: whoever asks looks anew.
   */
  async #remove(
    dependency: Dependency,
    expired: readonly string[],
    { waiting }: Permits,
  ): Promise<void> {
    const nowMs = this.#clock.now();
    const leases = expired.slice(0, maxExpiredRemovedPerWrite);
    const gone = Object.keys(waiting)
      .filter((party) => (waiting[party] ?? 0) <= nowMs)
      .slice(0, maxExpiredRemovedPerWrite);
    const lease = numbered(leases);
    const byJob = [...Map.groupBy(leases, (id) => jobOf(partyOf(id)))].flatMap(([jobId, ids]) =>
      jobId === undefined ? [] : [[jobId, ids] as const],
    );
    const fromJobs = byJob.map((_, i) => `#job${i} :ids${i}`).join(", ");
    await this.#table.updateIf(limiterKey(dependency), {
      update: `REMOVE ${[
        ...lease.refs.map((ref) => `#held.${ref}`),
        ...gone.map((_, i) => `#waiting.#gone${i}`),
      ].join(", ")}${fromJobs && ` DELETE ${fromJobs}`}`,
      values: Object.fromEntries(byJob.map(([, ids], i) => [`ids${i}`, ofSet(ids)])),
      names: {
        ...lease.names,
        ...Object.fromEntries(gone.map((party, i) => [`gone${i}`, party])),
        ...Object.fromEntries(byJob.map(([jobId], i) => [`job${i}`, `JOB#${jobId}`])),
      },
      conditions: lease.refs.map((ref) => ({
        expression: `(attribute_not_exists(#held.${ref}) OR #held.${ref} <= :now)`,
        values: { now: nowMs },
      })),
    });
  }
}

const exists: Condition = { expression: "attribute_exists(#held)" };

function permitsOf(item: Item | undefined, nowMs: number): Permits {
  return {
    held: {
      ...earlierLeases(item, nowMs),
      ...(item?.["held"] as Permits["held"] | undefined),
    },
    waiting: (item?.["waiting"] as Permits["waiting"] | undefined) ?? {},
  };
}

/** Leases of earlier versions, one for a batch with several permits: they count until they expire. */
function earlierLeases(item: Item | undefined, nowMs: number): Permits["held"] {
  const leases = (item?.["leases"] ?? {}) as Record<
    string,
    { readonly permits: number; readonly expiresAtMs: number }
  >;
  const live = Object.entries(leases).filter(([, { expiresAtMs }]) => expiresAtMs > nowMs);
  return Object.fromEntries(
    live.flatMap(([holder, { permits, expiresAtMs }]) =>
      Array.from({ length: permits }, (_, i) => [`${holder}#earlier#${i}`, expiresAtMs] as const),
    ),
  );
}

/**
 * A lease in its job's set. Only their number counts there, and each write of the item pays for
 * their bytes: 48 bits tell a job's few leases apart.
 */
export function tagOf(lease: string): string {
  return sha256(lease).slice(0, 12);
}

/** To be removed from a set, where earlier versions of this code put the whole name. */
function ofSet(leases: readonly string[]): Set<string> {
  return new Set(leases.flatMap((lease) => [tagOf(lease), lease]));
}

/** Names for as many leases in an expression. */
function numbered(leases: readonly string[]) {
  const names = Object.fromEntries(leases.map((lease, i) => [`lease${i}`, lease]));
  return { names, refs: leases.map((_, i) => `#lease${i}`) };
}

/** A party that takes no longer waits; if it lacks more, it announces itself again. */
function taking({ leases, party, jobId, cap, perJob, untilMs }: TakeRequest): ConditionalChange {
  const lease = numbered(leases);
  const set = lease.refs.map((ref) => `#held.${ref} = :until`).join(", ");
  const ofJob = jobId === undefined ? "" : " ADD #job :leases";
  return {
    update: `SET ${set} REMOVE #waiting.#party${ofJob}`,
    values: { until: untilMs, leases: new Set(leases.map(tagOf)) },
    names: { ...lease.names, party, job: `JOB#${jobId}` },
    conditions: [
      exists,
      hasRoom("#held", "cap", cap - leases.length),
      ...(jobId === undefined ? [] : [jobHasRoom(perJob - leases.length)]),
    ],
  };
}

/** If the answer to a write is lost, the SDK repeats it: then it has its leases already. */
function hasRoom(path: string, name: string, room: number): Condition {
  return {
    expression: `(size(${path}) <= :${name} OR attribute_exists(#held.#lease0))`,
    values: { [name]: room },
  };
}

function jobHasRoom(room: number): Condition {
  return {
    expression:
      "(attribute_not_exists(#job) OR size(#job) <= :perJob OR attribute_exists(#held.#lease0))",
    values: { perJob: room },
  };
}
