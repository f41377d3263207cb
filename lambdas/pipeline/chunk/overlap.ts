import { hasVisibleText } from "../../platform/visible-text.ts";
import { type Cutter, lines, sentences, words } from "./cuts.ts";
import type { TokenCounter } from "./tokens.ts";

/** Characters looked at for each token; more than nearly all texts have. */
const charactersPerToken = 8;

/**
 * Where the repetition of what stands before `end` begins: at the earliest
 * sentence, else line, else word, that leaves at most `room` tokens. It
 * depends on nothing but the text just before `end`, so that an edit reaches
 * no further chunk through it. `end` if nothing fits.
 *
 * @param from The repetition begins after it.
 */
export function overlapStart(
  text: string,
  from: number,
  end: number,
  room: number,
  count: TokenCounter,
): number {
  if (room <= 0 || from >= end) return end;
  const windowStart = Math.max(from, end - room * charactersPerToken);
  const window = text.slice(windowStart, end);
  for (const cutter of [sentences, lines, words] satisfies Cutter[]) {
    const cut = earliest(window, [...cutter(window)], room, count);
    if (cut !== undefined) return windowStart + cut;
  }
  return end;
}

function earliest(
  window: string,
  cuts: readonly number[],
  room: number,
  count: TokenCounter,
): number | undefined {
  let found: number | undefined;
  let tokens = 0;
  for (const [back, cut] of cuts.toReversed().entries()) {
    tokens += count(window.slice(cut, cuts[cuts.length - back] ?? window.length));
    if (tokens > room) break;
    if (hasVisibleText(window.slice(cut))) found = cut;
  }
  return found;
}
