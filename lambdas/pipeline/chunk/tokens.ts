/** How long a text is in tokens. */
import {
  clearMergeCache,
  countTokens,
  setMergeCacheSize,
} from "gpt-tokenizer/encoding/cl100k_base";

export type TokenCounter = (text: string) => number;

/** `<|im_start|>` and its like in a document are text; the default is to throw at them. */
const asText = { disallowedSpecial: new Set<string>() };

/**
 * Merging a word is quadratic in its length: 50,000 letters without a break
 * take seconds. Longer runs are counted in parts, which makes them at most a
 * token or two longer per part than the tokenizer would.
 */
const longestRun = 256;
const mayHaveLongRun = new RegExp(`\\S{${longestRun + 1}}|\\s{${longestRun + 1}}`);
const hasLongRun = new RegExp(
  `[\\p{L}\\p{M}]{${longestRun + 1}}|[^\\s\\p{L}\\p{N}]{${longestRun + 1}}|\\s{${longestRun + 1}}`,
  "u",
);
const runs = new RegExp(
  `[\\p{L}\\p{M}]{1,${longestRun}}|\\p{N}{1,${longestRun}}|\\s{1,${longestRun}}|[^\\s\\p{L}\\p{M}\\p{N}]{1,${longestRun}}`,
  "gu",
);

/**
 * The tokenizer keeps the words that it has merged. When its cache is full it
 * takes out the oldest for each new one, which made each word ten times as
 * dear once a document of rare words had passed. So its cache never fills: it
 * is emptied after as many characters as could fill it.
 */
const cachedCharacters = 2 * 1024 * 1024;
setMergeCacheSize(cachedCharacters);
let charactersSinceCleared = 0;

function counted(text: string): number {
  charactersSinceCleared += text.length;
  if (charactersSinceCleared > cachedCharacters) {
    clearMergeCache();
    charactersSinceCleared = text.length;
  }
  return countTokens(text, asText);
}

/** Tokens of cl100k_base, which text-embedding-3 reads. */
export const countCl100k: TokenCounter = (text) => {
  // The first of the two is three times as fast, and enough for nearly all texts.
  if (!mayHaveLongRun.test(text) || !hasLongRun.test(text)) return counted(text);
  let count = 0;
  for (const [run] of text.matchAll(runs)) count += counted(run);
  return count;
};
