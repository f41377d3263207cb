/**
 * How many tokens an answer may have. Endpoints cut answers off at bounds of their own: some at 100
 * tokens, and thinking models use up far larger ones before they begin to answer. Such a call is made
 * once more with more tokens, and where that helps, the next ones begin with them.
 */
import { EndpointRefusal } from "./refusal.ts";
import { tooLargeAtOnce } from "./translate.ts";

/** Metadata has some 1,000 tokens at most; the rest is for thinking. */
const generous = 16_384;
/** With fewer, metadata does not fit. */
const smallest = 1_024;
/** Smaller numbers in a sentence are no bounds. */
const least = 256;

export class OutputBudget {
  #tokens: number | undefined;
  readonly #configured: number | undefined;
  #largest: number;

  /** @param tokens @default the endpoint's own bound */
  constructor(tokens: number | undefined) {
    this.#tokens = tokens;
    this.#configured = tokens;
    this.#largest = Math.max(generous, 4 * (tokens ?? 0));
  }

  /** Of the next call. `undefined` for the endpoint's own bound. */
  get tokens(): number | undefined {
    return this.#tokens;
  }

  /** The largest bound that may be asked for, as far as is known. */
  get largest(): number {
    return this.#largest;
  }

  /**
   * Asks with so many tokens, and with fewer where the endpoint refuses a bound that was not set for
   * it: then it says how many it takes, or how long its context is.
   */
  async ask<T>(
    maxTokens: number | undefined,
    ask: (maxTokens: number | undefined) => Promise<T>,
  ): Promise<T> {
    let bound = maxTokens;
    for (;;) {
      try {
        return await ask(bound);
      } catch (error) {
        if (bound === undefined || bound === this.#configured || !isAboutBound(error)) throw error;
        const less = lessThan(bound, error);
        // Another call may have learned meanwhile what is taken.
        this.#largest = Math.min(this.#largest, less < smallest ? 0 : less);
        if (this.#tokens !== undefined && this.#tokens !== this.#configured) this.accept();
        if (this.#largest === 0 || this.#largest >= bound) throw error;
        bound = this.#largest;
      }
    }
  }

  /**
   * Asks with more tokens. `undefined` when that cannot be had: the answer
   * was already as long as may be, takes too long, or is refused.
   * @param asked the bound of the first call: others beside it may have raised the budget since
   */
  async again<T>(
    asked: number | undefined,
    signal: AbortSignal,
    ask: (maxTokens: number | undefined) => Promise<T>,
  ): Promise<T | undefined> {
    if (this.#largest <= (asked ?? 0)) return undefined;
    try {
      return await this.ask(this.#largest, ask);
    } catch (error) {
      // It is this text whose answer does not end: the endpoint answered a moment ago.
      if (signal.aborted) return undefined;
      if (!isAboutBound(error)) throw error;
      this.#largest = 0;
      return undefined;
    }
  }

  /** The larger bound helped, or is to be tried by the next calls. */
  accept(): void {
    this.#tokens = this.#largest > 0 ? this.#largest : this.#configured;
  }
}

function isAboutBound(error: unknown): error is EndpointRefusal {
  if (!(error instanceof EndpointRefusal)) return false;
  // The bound counts towards a limit of a minute.
  if (error.status === 429) return error.says(tooLargeAtOnce);
  return [400, 413, 422].includes(error.status);
}

/** Half of a context that is named: the text needs its part. A bound on answers as it is. */
function lessThan(bound: number, { complaint: { words } }: EndpointRefusal): number {
  const numbers = [...words.matchAll(/(context\D{0,40}|<=? ?)?(\d+(?:,\d{3})*)/gi)].map(
    ([, context, digits = ""]) => ({
      isContext: context !== undefined,
      value: Number(digits.replaceAll(",", "")),
    }),
  );
  const context = numbers.find(({ isContext }) => isContext)?.value;
  if (context !== undefined) return Math.floor(Math.min(context, bound) / 2);
  const below = numbers.map(({ value }) => value).filter((n) => n >= least && n < bound);
  return below.length === 0 ? Math.floor(bound / 4) : Math.max(...below);
}
