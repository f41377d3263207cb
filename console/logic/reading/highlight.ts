/** Finds the parts of a passage that match the words of a query. */

export interface Part {
  readonly text: string;
  readonly hit: boolean;
}

/** Words so common that highlighting them would hide the important ones. */
const common = new Set(
  "a an and are as at be by can did do does for from had has have how i in is it its of on or our that the their this to was we were what when where which who why will with you your".split(
    " ",
  ),
);

const words = new Intl.Segmenter(undefined, { granularity: "word" });

/** Normalises case, accents and letter forms. */
function fold(word: string): string {
  return word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The words of a query worth highlighting; all of them if they are all common. */
export function queryWords(query: string): string[] {
  const all = [...words.segment(query)]
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => fold(segment));
  const distinctive = all.filter((word) => !common.has(word));
  return [...new Set(distinctive.length > 0 ? distinctive : all)];
}

/** `bridges` matches `bridge` and the other way round; `bride` matches neither. */
function alike(word: string, wanted: string): boolean {
  if (word === wanted) return true;
  const [short, long] = word.length < wanted.length ? [word, wanted] : [wanted, word];
  return short.length >= 4 && long.length - short.length <= 3 && long.startsWith(short);
}

/** Splits a passage; the joined parts are the passage. */
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
