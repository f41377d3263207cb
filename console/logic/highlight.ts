/** Which parts of a passage carry the words of a query. */

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** So frequent that marking them would bury the words that matter. */
const common = new Set(
  "a an and are as at be by can did do does for from had has have how i in is it its of on or our that the their this to was we were what when where which who why will with you your".split(
    " ",
  ),
);

const words = new Intl.Segmenter(undefined, { granularity: "word" });

/** Cases, accents and forms of a letter made equal. */
function fold(word: string): string {
  return word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a query that are worth marking; all of them if none is. */
export function queryWords(query: string): string[] {
  const all = [...words.segment(query)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => fold(segment));
  const telling = all.filter((word) => !common.has(word));
  return [...new Set(telling.length > 0 ? telling : all)];
}

/** `bridges` is marked for `bridge` and the other way round; `bride` for neither. */
function alike(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  const [short, long] = word.length < wanted.length ? [word, wanted] : [wanted, word];
  return short.length >= 4 && long.length - short.length <= 3 && long.startsWith(short);
}

/** Cuts a passage so that its parts, put together, are the passage. */
export function highlight(text: string, wanted: readonly string[]): Part[] {
  const parts: { text: string; hit: boolean }[] = [];
  for (const { segment, isWordLike } of words.segment(text)) {
    const folded = isWordLike ? fold(segment) : "";
    const hit = isWordLike === true && wanted.some((word) => alike(folded, word));
    const last = parts.at(-1);
    if (last !== undefined && last.hit === hit) last.text += segment;
    else parts.push({ text: segment, hit });
  }
  return parts;
}
