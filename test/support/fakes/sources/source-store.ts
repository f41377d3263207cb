import type { CountChange, Counts } from "../../../../lambdas/sources/record-store.ts";
import type {
  SourceState,
  SourceStore,
  SyncState,
  Tally,
} from "../../../../lambdas/sources/source-store.ts";

const fresh: SourceState = {
  counts: { stored: 0, waiting: 0, working: 0, removing: 0, failed: 0 },
  countsRevision: 0,
  changing: [],
  sync: { listed: 0 },
};

export class MemorySourceStore implements SourceStore {
  readonly #states = new Map<string, SourceState>();

  async read(source: string): Promise<SourceState> {
    return structuredClone(this.#of(source));
  }

  async pause(source: string, since: string): Promise<void> {
    const state = this.#of(source);
    this.#states.set(source, { ...state, pausedSince: state.pausedSince ?? since });
  }

  async resume(source: string): Promise<void> {
    const { pausedSince: _, ...state } = this.#of(source);
    this.#states.set(source, state);
  }

  async askForSync(source: string, askedAt: string): Promise<void> {
    const state = this.#of(source);
    this.#states.set(source, { ...state, sync: { ...state.sync, askedAt } });
  }

  async keepSync(source: string, sync: Omit<SyncState, "askedAt">): Promise<void> {
    const state = this.#of(source);
    const { askedAt } = state.sync;
    this.#states.set(source, {
      ...state,
      sync: { ...sync, ...(askedAt === undefined ? {} : { askedAt }) },
    });
  }

  async beginChange(source: string, change: string): Promise<void> {
    const state = this.#of(source);
    this.#states.set(source, { ...state, changing: [...state.changing, change] });
  }

  async endChange(source: string, change: string, counted: CountChange): Promise<void> {
    const state = this.#of(source);
    const counts: Record<string, number> = { ...state.counts };
    for (const [name, by] of Object.entries(counted)) counts[name] = (counts[name] ?? 0) + by;
    this.#states.set(source, {
      ...state,
      counts: counts as unknown as Counts,
      countsRevision: state.countsRevision + 1,
      changing: state.changing.filter((one) => one !== change),
    });
  }

  async recount(source: string, { counts, countsRevision, dead }: Tally): Promise<void> {
    const state = this.#of(source);
    const isStill = state.countsRevision === countsRevision;
    if (!isStill || state.changing.toSorted().join() !== dead.toSorted().join()) return;
    this.#states.set(source, { ...state, counts, changing: [] });
  }

  async noteProblem(source: string, problem: SourceState["problem"]): Promise<void> {
    const { problem: _, ...state } = this.#of(source);
    this.#states.set(source, { ...state, ...(problem === undefined ? {} : { problem }) });
  }

  #of(source: string): SourceState {
    return this.#states.get(source) ?? fresh;
  }
}
