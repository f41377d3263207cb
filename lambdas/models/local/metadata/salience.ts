/** What a text is about, told by which words it repeats. Works for any language. */

export interface Sentence {
  readonly text: string;
  /** Its telling words, in the form they are counted in. */
  readonly terms: readonly string[];
}

export interface Analysis {
  readonly sentences: readonly Sentence[];
  /** How a counted form is shown. */
  readonly display: ReadonlyMap<string, string>;
}

/** Two sentences, if they fit; about as much as a search result shows. */
const maxSummaryLength = 400;
const maxSummarySentences = 2;
const maxKeywords = 8;
/** A sentence of fewer terms says too little to stand for the rest. */
const minTerms = 3;

function counts(sentences: readonly Sentence[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const term of sentences.flatMap((sentence) => sentence.terms)) {
    found.set(term, (found.get(term) ?? 0) + 1);
  }
  return found;
}

/** The most repeated terms; among equals longer ones, then those that come first. */
export function keywordsOf({ sentences, display }: Analysis): string[] {
  return [...counts(sentences)]
    .map(([term, count]) => ({ term, weight: count * Math.log2(1 + term.length) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, maxKeywords)
    .map(({ term }) => display.get(term) ?? term);
}

/** The sentences that say most of what the text repeats, in the text's order. */
export function summaryOf({ sentences }: Analysis): string {
  const weights = counts(sentences);
  const best = sentences
    .map((sentence, index) => ({
      index,
      text: sentence.text,
      score: score(sentence, index, weights),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || a.index - b.index);
  const chosen: typeof best = [];
  let length = 0;
  for (const sentence of best) {
    const next = length + sentence.text.length + 1;
    if (chosen.length > 0 && next > maxSummaryLength) continue;
    chosen.push(sentence);
    length = next;
    if (chosen.length === maxSummarySentences) break;
  }
  const inOrder = chosen.sort((a, b) => a.index - b.index).map(({ text }) => text);
  return inOrder.length > 0 ? inOrder.join(" ") : (sentences[0]?.text ?? "");
}

function score(sentence: Sentence, index: number, weights: ReadonlyMap<string, number>): number {
  const terms = new Set(sentence.terms);
  if (terms.size < minTerms || sentence.text.length > maxSummaryLength) return 0;
  const weight = [...terms].reduce((sum, term) => sum + (weights.get(term) ?? 0), 0);
  // Writers put first what matters; the root keeps long sentences from winning by length alone.
  return (weight / Math.sqrt(terms.size)) * (index === 0 ? 1.5 : 1);
}
