/** Analysis of a text in a language we have no grammar of: Unicode's word and sentence breaks, and patterns that mean the same everywhere. */
import type { Entity } from "../../../contract/metadata.ts";
import type { Analysis, Sentence } from "./salience.ts";

type Segmenters = { readonly words: Intl.Segmenter; readonly sentences: Intl.Segmenter };
const segmenters = new Map<string, Segmenters>();

function segmentersFor(language: string): Segmenters {
  // Not the machine's own locale, which would make answers depend on the machine.
  const locale = language === "und" ? "en" : language;
  const known = segmenters.get(locale);
  if (known !== undefined) return known;
  const made = {
    words: new Intl.Segmenter(locale, { granularity: "word" }),
    sentences: new Intl.Segmenter(locale, { granularity: "sentence" }),
  };
  segmenters.set(locale, made);
  return made;
}

/**
 * Without a list of stop words their shortness tells them: in scripts with
 * blanks a telling word has at least five letters, in those without, two.
 */
function telling(word: string): boolean {
  if (!/\p{L}/u.test(word)) return false;
  const dense =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
  return word.length >= (dense.test(word) ? 2 : 5);
}

export function analyse(text: string, language: string): Analysis {
  const { words, sentences } = segmentersFor(language);
  const display = new Map<string, string>();
  const found = text.split(/\n{2,}/u).flatMap((paragraph) =>
    [...sentences.segment(paragraph.replace(/\n/gu, " "))].map(({ segment }): Sentence => {
      const terms = [...words.segment(segment)]
        .filter((part) => part.isWordLike === true && telling(part.segment))
        .map((part) => {
          const term = part.segment.toLocaleLowerCase("und");
          if (!display.has(term)) display.set(term, part.segment);
          return term;
        });
      return { text: segment.trim(), terms };
    }),
  );
  return { sentences: found.filter((sentence) => sentence.text !== ""), display };
}

const patterns: readonly (readonly [Entity["type"], RegExp])[] = [
  ["date", /\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])\b/gu],
  ["date", /\b(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.\d{4}\b/gu],
  [
    "amount",
    /[$€£¥₽₹₩]\s?\d[\d.,]{0,20}(?<=\d)|(?<![\d.,])\d[\d.,]{0,20}\s?(?:[€£¥₽₹₩%]|EUR\b|USD\b|GBP\b|CHF\b)/gu,
  ],
  ["other", emailPattern()],
  ["other", urlPattern()],
];

export function emailPattern(): RegExp {
  return /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/gu;
}

export function urlPattern(): RegExp {
  return /\bhttps?:\/\/[^\s<>"')\]]{1,300}[^\s<>"')\].,;:!?]/gu;
}

export function patternEntities(text: string): Entity[] {
  return patterns.flatMap(([type, pattern]) =>
    (text.match(pattern) ?? []).map((match): Entity => ({ text: match, type })),
  );
}
