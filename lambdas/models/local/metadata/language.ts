/** Which language a text is in. */
import { eld } from "eld/extrasmall";

/** Letters needed before a guess is worth anything: words of Latin script look alike in many languages. */
const minLatinLetters = 16;
const minOtherLetters = 4;

/** ISO 639-1 code, or `und` where the text is too short or too odd to tell. */
export function languageOf(text: string): string {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (latin < minLatinLetters && letters - latin < minOtherLetters) return "und";
  const result = eld.detect(text);
  return result.isReliable() && /^[a-z]{2}$/.test(result.language) ? result.language : "und";
}
