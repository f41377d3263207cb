/**
 * A run of a tenant's reindex: document after document moves from the tables
 * of other models to the one of the configured model. What is not moved yet is
 * what these tables still hold, so a run that is killed leaves nothing to clean
 * up, and the next one begins where it ended.
 */

import { isoTime } from "../../platform/clock.ts";
import { StoreConflictError } from "../../records/documents/store-conflict.ts";
import type { Leases } from "../../records/leases/leases.ts";
import type { Reindex, ReindexStore } from "../../records/reindexes/reindex.ts";
import type { Passages } from "../../vectors/vector-store.ts";
import { vectorAddress } from "../answer-addresses.ts";
import { type MovePorts, type MoveTarget, moveDocument, textOf } from "./move-document.ts";
import {
  type PassageEmbedder,
  PassagesRefusedError,
  PassagesUnavailableError,
} from "./passage-embedder.ts";

export interface ReembedPorts extends MovePorts {
  readonly reindexes: ReindexStore;
  readonly leases: Leases;
  readonly passages: PassageEmbedder;
}

/** Documents looked at together, whose texts fill calls. */
const documentsAtOnce = 32;
/** Texts of one request to the embed function: four calls of 16, side by side. */
const textsAtOnce = 64;
/**
 * Renewed while a run lives, so that no second one does the same work, and the next begins soon
 * after one is killed. Two at once would do no harm: documents have leases of their own, and
 * answers are claimed.
 */
const leaseMs = 30_000;
const renewEveryMs = 10_000;
/** Documents that cannot be moved; with more of them the model is the wrong one. */
const mostRefused = 20;

export type Outcome = "ended" | "unfinished" | "busy";

/**
 * @param run names it for the lease
 * @param untilMs no further documents are begun after this
 */
export async function reembed(
  tenant: string,
  target: MoveTarget,
  ports: ReembedPorts,
  { run, untilMs }: { readonly run: string; readonly untilMs: number },
): Promise<Outcome> {
  const lease = `reindex:${tenant}`;
  let ended = false;
  const renew = async () => {
    for (;;) {
      await ports.clock.sleep(renewEveryMs);
      if (ended) return;
      await ports.leases.acquire(lease, run, leaseMs).catch(() => undefined);
    }
  };
  if ((await ports.leases.acquire(lease, run, leaseMs)) === "busy") return "busy";
  try {
    const reindex = await ports.reindexes.read(tenant);
    if (reindex?.status !== "running") return "ended";
    void renew();
    return await new Run(reindex, target, ports).go(untilMs);
  } finally {
    ended = true;
    await ports.leases.release(lease, run);
  }
}

class Run {
  #reindex: Reindex;
  readonly #target: MoveTarget;
  readonly #ports: ReembedPorts;
  /** By document, why it stays under its model. */
  readonly #refused = new Map<string, string>();
  /** Documents that others held; looked at again when the rest is done. */
  readonly #busy = new Set<string>();
  #stopped = false;

  constructor(reindex: Reindex, target: MoveTarget, ports: ReembedPorts) {
    this.#reindex = reindex;
    this.#target = target;
    this.#ports = ports;
  }

  async go(untilMs: number): Promise<Outcome> {
    const { clock, vectors } = this.#ports;
    const { tenant } = this.#reindex;
    const { embeddingModel } = this.#target;
    if (this.#reindex.embeddingModel !== embeddingModel) {
      return this.#end("failed", "Another embedding model was configured. Start it again.");
    }
    for (;;) {
      const known = this.#refused.size + this.#busy.size;
      const found = await vectors.outdated(tenant, embeddingModel, documentsAtOnce + known);
      const total = Math.max(this.#reindex.total, found.total);
      if (!(await this.#note({ total, remaining: found.total }))) return "ended";
      if (found.total === 0) return this.#end("completed");
      const ids = found.documentIds
        .filter((id) => !this.#refused.has(id) && !this.#busy.has(id))
        .slice(0, documentsAtOnce);
      if (ids.length === 0 && this.#busy.size > 0) return "unfinished";
      if (ids.length === 0) return this.#end("failed", this.#whyRefused());
      if (clock.now() >= untilMs) return "unfinished";
      try {
        await this.#move(ids);
      } catch (error) {
        if (error instanceof PassagesUnavailableError) {
          await this.#note({ message: error.message });
          return "unfinished";
        }
        if (error instanceof PassagesRefusedError) return this.#end("failed", error.message);
        throw error;
      }
      if (this.#refused.size > mostRefused) return this.#end("failed", this.#whyRefused());
    }
  }

  async #move(documentIds: readonly string[]): Promise<void> {
    const { tenant } = this.#reindex;
    const { embeddingModel } = this.#target;
    const found = await Promise.all(
      documentIds.map((documentId) =>
        this.#ports.vectors.passages({ tenant, documentId }, embeddingModel),
      ),
    );
    const documents = found.filter((one) => one !== undefined);
    await this.#embed(documents);
    if (this.#stopped) return;
    for (const passages of documents) {
      const { documentId } = passages;
      if (this.#refused.has(documentId)) continue;
      const moved = await moveDocument(passages, this.#target, this.#ports).catch((error) => {
        if (error instanceof StoreConflictError) return "busy";
        throw error;
      });
      if (moved === "busy") this.#busy.add(documentId);
    }
  }

  /** Together; one by one where a text is refused, which keeps its document alone from moving. */
  async #embed(documents: readonly Passages[]): Promise<void> {
    try {
      await this.#embedTexts(documents);
    } catch (error) {
      if (!(error instanceof PassagesRefusedError) || !error.ofTheseTexts) throw error;
      const [only] = documents;
      if (documents.length === 1 && only !== undefined) {
        this.#refused.set(only.documentId, error.message);
        return;
      }
      for (const one of documents) await this.#embed([one]);
    }
  }

  async #embedTexts(documents: readonly Passages[]): Promise<void> {
    const { tenant, startedAt } = this.#reindex;
    const { identity } = this.#target;
    const byAddress = new Map(
      documents.flatMap(({ rows }) =>
        rows.map((row) => [vectorAddress(tenant, identity, textOf(row)), textOf(row)] as const),
      ),
    );
    const known = await this.#ports.answers.readMany([...byAddress.keys()]);
    const missing = [...byAddress].flatMap(([address, text]) => (known.has(address) ? [] : [text]));
    for (let from = 0; from < missing.length; from += textsAtOnce) {
      // Cancelled meanwhile: nothing more is paid for.
      if (!(await this.#note({}))) {
        this.#stopped = true;
        return;
      }
      const texts = missing.slice(from, from + textsAtOnce);
      await this.#ports.passages.embed({ tenant, begunMs: Date.parse(startedAt), texts });
    }
  }

  #whyRefused(): string {
    const [first] = this.#refused;
    return `${this.#refused.size} documents stay under their model, because the configured one does not embed them. Document ${first?.[0]}: ${first?.[1]}`;
  }

  /** `false` if it was cancelled or begun anew. */
  #note(change: Partial<Reindex>): Promise<boolean> {
    const { message: _, ...before } = this.#reindex;
    this.#reindex = { ...before, updatedAt: isoTime(this.#ports.clock), ...change };
    return this.#ports.reindexes.note(this.#reindex);
  }

  async #end(status: "completed" | "failed", message?: string): Promise<Outcome> {
    const { tenant } = this.#reindex;
    if (status === "completed") {
      await this.#ports.vectors.retireOutdated(tenant, this.#target.embeddingModel);
    }
    await this.#note({ status, ...(message === undefined ? {} : { message }) });
    return "ended";
  }
}
