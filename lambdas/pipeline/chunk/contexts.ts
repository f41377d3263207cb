/** What goes with a chunk that begins inside a table or a fence: the header, or the language. */
import type { Block, Context } from "./blocks.ts";
import type { TokenCounter } from "./tokens.ts";

interface Fitted {
  readonly text: string;
  readonly tokens: number;
}

const none: Fitted = { text: "", tokens: 0 };

/** Contexts made short enough to leave at least half of a chunk to its text. */
export class Contexts {
  readonly #mostTokens: number;
  readonly #count: TokenCounter;
  readonly #fitted = new WeakMap<Context, Fitted>();

  constructor(maxTokens: number, count: TokenCounter) {
    this.#mostTokens = Math.floor(maxTokens / 2);
    this.#count = count;
  }

  /** Of a chunk that begins at `offset` in `block`; `undefined` if it needs none. */
  textAt(block: Block | undefined, offset: number): string | undefined {
    return this.#fittedAt(block, offset).text || undefined;
  }

  tokensAt(block: Block | undefined, offset: number): number {
    return this.#fittedAt(block, offset).tokens;
  }

  #fittedAt(block: Block | undefined, offset: number): Fitted {
    const context = lastBefore(block?.contexts ?? [], offset);
    if (context === undefined || offset >= context.to) return none;
    const known = this.#fitted.get(context);
    if (known !== undefined) return known;
    const fitted = this.#fit(context.text);
    this.#fitted.set(context, fitted);
    return fitted;
  }

  /** A header of too many columns keeps the first of them; a fence's line is short. */
  #fit(text: string): Fitted {
    let [low, high] = [0, text.split("\n")[0]?.split(cellEnd).length ?? 0];
    let best = this.#measured(text);
    if (best.tokens <= this.#mostTokens) return best;
    best = none;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      const fitted = this.#measured(firstCells(text, middle));
      if (fitted.tokens <= this.#mostTokens) [low, best] = [middle, fitted];
      else high = middle - 1;
    }
    return best;
  }

  #measured(text: string): Fitted {
    return { text, tokens: text === "" ? 0 : this.#count(`${text}\n`) };
  }
}

const cellEnd = /(?<!\\)\|/u;

function firstCells(header: string, count: number): string {
  const lines = header.split("\n").map((line) => line.split(cellEnd).slice(0, count));
  return lines.some((cells) => cells.join("") === "")
    ? ""
    : lines.map((cells) => `${cells.join("|")}|`).join("\n");
}

/** The last context that begins at `offset` or before. */
function lastBefore(contexts: readonly Context[], offset: number): Context | undefined {
  let [low, high] = [0, contexts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((contexts[middle]?.from ?? 0) <= offset) low = middle + 1;
    else high = middle;
  }
  return contexts[low - 1];
}

/**
 * From where on a chunk that begins at `offset` may repeat the text before it
 * without reaching into a table or fence that is not its own.
 */
export function repeatableFrom({ contexts = [] }: Block, offset: number): number {
  const context = lastBefore(contexts, offset);
  if (context === undefined) return 0;
  return context.to <= offset ? context.to : context.from;
}
