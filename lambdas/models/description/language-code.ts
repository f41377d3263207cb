/** Any way to name a language, as the ISO 639-1 code that metadata holds. */

export const unknownLanguage = "und";

/** By the English name, the language's own, and those in {@link namingLanguages}, in lower case. */
let codesByName: ReadonlyMap<string, string> | undefined;

/** `en`, `en-US`, `eng`, `English`, `English (US)`, `Deutsch`, `["en"]`; {@link unknownLanguage} if it is none. */
export function languageCode(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  if (typeof first !== "string") return unknownLanguage;
  const name = first.trim().toLowerCase();
  const tag = /^([a-z]{2,3})(?:[-_].*)?$/.exec(name)?.[1];
  if (tag !== undefined) return ofTag(tag);
  codesByName ??= namesOfLanguages();
  const words = [name, ...(name.match(/[\p{L}\p{M}]+/gu) ?? [])];
  const known = words.map((word) => codesByName?.get(word)).find((code) => code !== undefined);
  return known ?? unknownLanguage;
}

function ofTag(tag: string): string {
  if (tag === unknownLanguage) return unknownLanguage;
  // Turns ISO 639-2 and 639-3 into 639-1 where there is one: eng, deu, ger.
  const code = canonical(tag);
  if (/^[a-z]{2}$/.test(code)) return code;
  return tag.length === 2 ? tag : unknownLanguage;
}

function canonical(tag: string): string {
  try {
    return Intl.getCanonicalLocales(tag)[0]?.split("-")[0] ?? tag;
  } catch {
    return tag;
  }
}

/** A model told to write in the passage's language names the language in it, too. English first. */
const namingLanguages = [
  "en",
  "de",
  "fr",
  "es",
  "it",
  "pt",
  "nl",
  "pl",
  "ru",
  "ja",
  "zh",
  "ko",
  "tr",
] as const;

function namesOfLanguages(): ReadonlyMap<string, string> {
  const letters = Array.from({ length: 26 }, (_, at) => String.fromCodePoint(97 + at));
  const naming = namingLanguages.map(
    (language) => new Intl.DisplayNames(language, { type: "language", fallback: "none" }),
  );
  const codes = letters.flatMap((a) => letters.map((b) => `${a}${b}`));
  const names = new Map<string, string>();
  for (const code of codes) {
    if (naming[0]?.of(code) === undefined || canonical(code) !== code) continue;
    const own = new Intl.DisplayNames(code, { type: "language", fallback: "none" });
    for (const known of [...naming.toReversed(), own].map((all) => all.of(code))) {
      if (known !== undefined) names.set(known.toLowerCase(), code);
    }
    // The English name goes first where two languages share a word.
    const english = naming[0].of(code);
    if (english !== undefined) names.set(english.toLowerCase(), code);
  }
  return names;
}
