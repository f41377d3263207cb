/**
 * Leaves a reranker that fails alone for a while, so that searches do not wait for it one after
 * the other. Each process has its own count: the breaker that all instances share would cost a
 * search two round trips, and a search without a reranker is answered in its own order.
 */
import type { Clock } from "../../platform/clock.ts";
import { type Reranker, RerankRefusedError } from "./reranker.ts";

export interface Resting {
  /** Failures in a row before it rests. @default 3 */
  readonly threshold?: number;
  /** @default a minute, or as long as the reranker asks */
  readonly restMs?: number;
}

export class RestingReranker implements Reranker {
  readonly #reranker: Reranker;
  readonly #clock: Pick<Clock, "now">;
  readonly #threshold: number;
  readonly #restMs: number;
  #failures = 0;
  #restsUntilMs = 0;

  constructor(
    reranker: Reranker,
    clock: Pick<Clock, "now">,
    { threshold = 3, restMs = 60_000 }: Resting = {},
  ) {
    this.#reranker = reranker;
    this.#clock = clock;
    this.#threshold = threshold;
    this.#restMs = restMs;
  }

  async score(query: string, texts: readonly string[]): Promise<readonly number[]> {
    if (this.#clock.now() < this.#restsUntilMs) {
      throw new Error(`The reranker failed ${this.#failures} times in a row and is left alone.`);
    }
    try {
      const scores = await this.#reranker.score(query, texts);
      this.#failures = 0;
      return scores;
    } catch (error) {
      this.#count(error);
      throw error;
    }
  }

  #count(error: unknown): void {
    const refused = error instanceof RerankRefusedError ? error : undefined;
    if (refused?.isOfThisInput) return;
    this.#failures += 1;
    // After a rest one failure is enough for the next one.
    if (this.#failures < this.#threshold && refused?.retryAfterMs === undefined) return;
    this.#restsUntilMs = this.#clock.now() + Math.max(this.#restMs, refused?.retryAfterMs ?? 0);
  }
}
