import type { ObjectStateName } from "../contract/calls/sources.ts";
import type { ObjectRecord, ObjectState } from "./record.ts";

/** A record with the number of its last write. */
export interface Revised {
  readonly record: ObjectRecord;
  readonly revision: number;
}

/** The states in which a record can be found without its key. */
export type ListedState = Exclude<ObjectStateName, "stored">;

/** The objects of all sources, as they were noticed and as they were dealt with. */
export interface RecordStore {
  /** Strongly consistent. */
  read(source: string, key: string): Promise<Revised | undefined>;
  /**
   * Writes, or deletes without `record`, if the record still has this revision; 0: if there is none.
   * @returns whether it was written
   */
  write(
    source: string,
    key: string,
    revision: number,
    record: ObjectRecord | undefined,
  ): Promise<boolean>;
  /**
   * Records with keys after `after` and up to `to`, in the order of S3: by bytes of UTF-8.
   * @param limit the first so many
   */
  between(
    source: string,
    after: string,
    to: string | undefined,
    limit: number,
  ): Promise<readonly Revised[]>;
  /**
   * Keys of records in a state, the longest there first. Reads an index that lags behind by a
   * moment: read the record before anything is done.
   */
  inState(source: string, state: ListedState, page: StatePage): Promise<FoundKeys>;
}

export interface StatePage {
  readonly limit: number;
  /** Only those that are in the state since this time at the latest, epoch milliseconds. @default all */
  readonly untilMs?: number;
  readonly cursor?: string;
}

export interface FoundKeys {
  readonly keys: readonly string[];
  readonly nextCursor?: string;
}

/** Objects of a source by state. */
export type Counts = Readonly<Record<ObjectStateName, number>>;
export type CountChange = Partial<Record<ObjectStateName, number>>;

/** What moving from one state to another adds. */
export function countChange(
  from: ObjectState | undefined,
  to: ObjectState | undefined,
): CountChange {
  if (from === to) return {};
  return {
    ...(from === undefined || from === "gone" ? {} : { [from]: -1 }),
    ...(to === undefined || to === "gone" ? {} : { [to]: 1 }),
  };
}
