import type { Reindex, ReindexStore } from "../../../../lambdas/records/reindexes/reindex.ts";

export class MemoryReindexStore implements ReindexStore {
  readonly #reindexes = new Map<string, Reindex>();

  async read(tenant: string): Promise<Reindex | undefined> {
    return this.#reindexes.get(tenant);
  }

  async begin(reindex: Reindex): Promise<void> {
    this.#reindexes.set(reindex.tenant, reindex);
  }

  async note(reindex: Reindex): Promise<boolean> {
    const current = this.#reindexes.get(reindex.tenant);
    if (current?.status !== "running" || current.startedAt !== reindex.startedAt) return false;
    this.#reindexes.set(reindex.tenant, reindex);
    return true;
  }

  async running(): Promise<readonly string[]> {
    return [...this.#reindexes.values()].flatMap((one) =>
      one.status === "running" ? [one.tenant] : [],
    );
  }
}
