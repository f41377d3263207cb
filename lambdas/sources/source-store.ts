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
  readonly listed: number;
}

export interface SourceState {
  /** ISO 8601, UTC; missing while it is active. */
  readonly pausedSince?: string;
  readonly counts: Counts;
  /** Goes up with each change of the counts. */
  readonly countsRevision: number;
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
  /** Adds to the counts; nothing to add writes nothing. */
  count(source: string, change: CountChange): Promise<void>;
  /** Replaces the counts if they have not changed since `countsRevision`. */
  recount(source: string, counts: Counts, countsRevision: number): Promise<void>;
  /** Without a problem: forgets it. */
  noteProblem(source: string, problem: SourceState["problem"]): Promise<void>;
}
