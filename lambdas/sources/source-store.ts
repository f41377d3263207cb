import type { CountChange, Counts } from "./record-store.ts";

export interface SyncState {
  /** ISO 8601, UTC. */
  readonly startedAt?: string;
  readonly completedAt?: string;
  /** Asked for; done by a sync that began later. */
  readonly askedAt?: string;
  /** The last key of the running sync that is dealt with; missing while none runs. */
  readonly after?: string;
  /** `Source.scope` at its start. */
  readonly scope?: string;
  /** Who owned the documents at its start. */
  readonly tenant?: string;
  readonly listed: number;
  /** What the running sync has counted so far; missing if it cannot replace the counts. */
  readonly tally?: Tally;
}

/** Objects as a sync finds them, and the counts that they may replace. */
export interface Tally {
  readonly counts: Counts;
  readonly countsRevision: number;
  /** Changes that began before and never ended, because their function died. */
  readonly dead: readonly string[];
}

export interface SourceState {
  /** ISO 8601, UTC; missing while it is active. */
  readonly pausedSince?: string;
  readonly counts: Counts;
  /** Goes up with each change that ends. */
  readonly countsRevision: number;
  /** ULIDs of the changes that have begun and not ended. */
  readonly changing: readonly string[];
  readonly sync: SyncState;
  readonly problem?: { readonly at: string; readonly message: string };
}

/** What is kept of each source beside its objects. */
export interface SourceStore {
  /** Strongly consistent; a source that nothing is kept of is active and was never synchronised. */
  read(source: string): Promise<SourceState>;
  pause(source: string, since: string): Promise<void>;
  resume(source: string): Promise<void>;
  askForSync(source: string, at: string): Promise<void>;
  /** Replaces the sync's state, but for `askedAt`. */
  keepSync(source: string, sync: Omit<SyncState, "askedAt">): Promise<void>;
  /** Comes before the first write of a record: until its end the counts do not show that write. */
  beginChange(source: string, change: string): Promise<void>;
  /** Adds to the counts what the change did to them. */
  endChange(source: string, change: string, counted: CountChange): Promise<void>;
  /**
   * Replaces the counts, and forgets the dead changes, if no other change has begun or ended
   * since the tally's revision.
   */
  recount(source: string, tally: Tally): Promise<void>;
  /** Without a problem: forgets it. */
  noteProblem(source: string, problem: SourceState["problem"]): Promise<void>;
}
