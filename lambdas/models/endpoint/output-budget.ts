/**
 * How many tokens an answer may have. Thinking models use up an endpoint's
 * own bound before they begin to answer; such a call is made once more with
 * more tokens, and where that helps, the next ones begin with them.
 */
import { EndpointRefusal } from "./refusal.ts";

/** Metadata has some 1,000 tokens at most; the rest is for thinking. */
const generous = 16_384;

export class OutputBudget {
  #tokens: number | undefined;
  readonly largest: number;
  /** Whether the endpoint refuses the larger bound. */
  #refused = false;

  /** @param tokens @default the endpoint's own bound */
  constructor(tokens: number | undefined) {
    this.#tokens = tokens;
    this.largest = Math.max(generous, 4 * (tokens ?? 0));
  }

  get tokens(): number | undefined {
    return this.#tokens;
  }

  /**
   * Asks with more tokens. `undefined` when that cannot be had: the answer
   * was already as long as may be, takes too long, or is refused.
   * @param asked the bound of the first call: others beside it may have raised the budget since
   */
  async again<T>(
    asked: number | undefined,
    signal: AbortSignal,
    ask: (maxTokens: number) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#refused || asked === this.largest) return undefined;
    try {
      return await ask(this.largest);
    } catch (error) {
      // It is this text whose answer does not end: the endpoint answered a moment ago.
      if (signal.aborted) return undefined;
      if (!(error instanceof EndpointRefusal) || ![400, 413, 422].includes(error.status))
        throw error;
      this.#refused = true;
      return undefined;
    }
  }

  /** The larger bound helped. */
  accept(): void {
    this.#tokens = this.largest;
  }
}
