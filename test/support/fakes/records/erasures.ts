import type { Erasure, Erasures } from "../../../../lambdas/records/erasures/erasures.ts";

export class MemoryErasures implements Erasures {
  readonly #asked = new Map<string, Erasure>();

  async ask(erasure: Erasure): Promise<void> {
    this.#asked.set(idOf(erasure), erasure);
  }

  async pending(limit: number, after?: Erasure): Promise<readonly Erasure[]> {
    const sorted = [...this.#asked].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const following = sorted.filter(([id]) => after === undefined || id > idOf(after));
    return following.slice(0, limit).map(([, erasure]) => erasure);
  }

  async done(erasure: Erasure): Promise<void> {
    const id = idOf(erasure);
    if (this.#asked.get(id)?.version === erasure.version) this.#asked.delete(id);
  }
}

function idOf({ tenant, documentId }: Erasure): string {
  return `${tenant}#${documentId}`;
}
