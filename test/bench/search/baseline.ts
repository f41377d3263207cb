/** What many begin with: a splitter that knows separators only, and BM25 over its chunks. */

/** Largest parts first; the last one cuts anywhere. */
const separators = ["\n\n", "\n", " ", ""];

/** Chunks of `size` characters at most, each beginning with up to `overlap` of the one before. */
export function splitRecursively(text: string, size = 1_024, overlap = 200): string[] {
  const parts = partsOf(text, size, separators);
  const chunks: string[] = [];
  const window: string[] = [];
  let length = 0;
  for (const part of parts) {
    if (length + part.length > size && window.length > 0) {
      chunks.push(window.join(""));
      while (window.length > 0 && (length > overlap || length + part.length > size)) {
        length -= window.shift()?.length ?? 0;
      }
    }
    window.push(part);
    length += part.length;
  }
  if (window.length > 0) chunks.push(window.join(""));
  return chunks.map((chunk) => chunk.trim()).filter((chunk) => chunk !== "");
}

function partsOf(text: string, size: number, [separator, ...finer]: readonly string[]): string[] {
  if (separator === undefined || text.length <= size) return [text];
  const pieces = text.split(separator);
  return pieces.flatMap((piece, i) => {
    const whole = i < pieces.length - 1 ? piece + separator : piece;
    return whole.length <= size ? [whole] : partsOf(whole, size, finer);
  });
}

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

/** Okapi BM25 with its usual constants. @returns ids of the texts, best first */
export function bm25(texts: readonly { id: string; text: string }[]): (query: string) => string[] {
  const [k1, b] = [1.2, 0.75];
  const documents = texts.map(({ id, text }) => {
    const words = wordsOf(text);
    const counts = new Map<string, number>();
    for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
    return { id, counts, length: words.length };
  });
  const mean = documents.reduce((sum, { length }) => sum + length, 0) / documents.length;
  const frequency = new Map<string, number>();
  for (const { counts } of documents) {
    for (const word of counts.keys()) frequency.set(word, (frequency.get(word) ?? 0) + 1);
  }
  return (query) => {
    const words = [...new Set(wordsOf(query))];
    const scored = documents.map(({ id, counts, length }) => {
      const score = words.reduce((sum, word) => {
        const count = counts.get(word) ?? 0;
        const of = frequency.get(word) ?? 0;
        const rarity = Math.log(1 + (documents.length - of + 0.5) / (of + 0.5));
        return sum + (rarity * count * (k1 + 1)) / (count + k1 * (1 - b + (b * length) / mean));
      }, 0);
      return { id, score };
    });
    return scored
      .filter(({ score }) => score > 0)
      .toSorted((x, y) => y.score - x.score)
      .map(({ id }) => id);
  };
}
