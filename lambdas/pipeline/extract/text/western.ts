const vowel = "[aeiouyáéíóúàâäëïîôöüåæø]";

/**
 * What no Western European language writes, but others do whose letters stand at the same places:
 * Polish, Czech, Hungarian, Romanian, Turkish and the Baltic languages.
 */
const foreign = new RegExp(
  [
    // Signs beside a letter where others have letters: `³` is `ł`, `£` is `Ł`.
    String.raw`[£¥¯¹³¿¡¼½¾]\p{Ll}(?<![^\p{L}][¿¡]\p{Ll})`,
    String.raw`\p{L}[¿¡¹¼½¾¢¤¥£]`,
    // Letters of Turkish, Baltic and Slavic languages and of Icelandic, which the detector knows.
    "[ðþýšžÿ]",
    // Czech: ě, ů, ř, č, ň, ď.
    String.raw`[ìù]\p{L}`,
    `[èò]${vowel}|ø[aeiouáéíóúàâäëïîôöüåæø]`,
    String.raw`(?<!${vowel})ï|ï(?!\p{L})`,
    // Polish and Croatian: ć, ń, ę, ś.
    String.raw`æ(?!\p{L})`,
    `ñ(?!${vowel})`,
    String.raw`iê(?!\p{L})`,
    "œ(?![uidts])",
    // Romanian: ă.
    String.raw`ã[^eios\P{L}]|ãs\p{L}|(?<![hlmçv])ã(?!\p{L})`,
    // Hungarian: ő, ű.
    "õ(?!e)",
  ].join("|"),
  "giu",
);

/** Of the characters beyond ASCII: a long text may have a foreign name, or a sign in an odd place. */
const maxShare = 0.05;

/** Whether a text can be of a Western European language, by the neighbours of its letters. */
export function readsWestern(text: string): boolean {
  if (!hasWholeWords(text) || !isRare(foreign, text)) return false;
  // French has û, but none of the others; Hungarian has all.
  return !/û/iu.test(text) || !/[áíóú]/iu.test(text);
}

/**
 * A sign or a capital within a word, as there are in a text that is read in a wrong encoding, and
 * control characters, which are in no text.
 */
const broken =
  /\p{L}[^\p{L}\p{M}\p{N}\s\p{ASCII}’ʼ·‐‑–—]\p{L}|\p{Ll}(?![A-Z])\p{Lu}\p{Ll}|[\u0080-\u009f]/gu;

export function hasWholeWords(text: string): boolean {
  return isRare(broken, text);
}

function isRare(pattern: RegExp, text: string): boolean {
  const found = text.match(pattern)?.length ?? 0;
  return found === 0 || found <= (text.match(/\P{ASCII}/gu)?.length ?? 0) * maxShare;
}
