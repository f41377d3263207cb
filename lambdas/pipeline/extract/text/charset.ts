import { detectAll } from "jschardet";
import { hasWholeWords, readsWestern } from "./western.ts";

const sampleBytes = 64 * 1024;
/** Below this the detector's best guess was often wrong in our trials, above it hardly ever. */
const minConfidence = 0.1;
/** Text with fewer bytes beyond ASCII among its letters is Latin: other alphabets have little else. */
const maxLatinShare = 0.5;

/** By how much the detector may prefer another encoding to a Western one that the letters allow. */
const maxLead = 1.4;

/** Names of the detector that the decoder knows by another. */
const aliases: Readonly<Record<string, string>> = {
  cp932: "shift_jis",
  cp949: "euc-kr",
  cp874: "windows-874",
  macroman: "macintosh",
  "iso8859-15": "windows-1252",
  "iso-8859-1": "windows-1252",
};
/** Chinese, Japanese and Korean: their rules are strict, so even a short text shows them. */
const multibyte = new Set(["shift_jis", "euc-kr", "euc-jp", "gb18030", "gbk", "gb2312", "big5"]);
const latin = new Set([
  "windows-1250",
  "windows-1252",
  "windows-1254",
  "windows-1257",
  "windows-1258",
  "iso-8859-2",
  "iso-8859-9",
  "iso-8859-13",
  "iso-8859-4",
  "iso-8859-10",
  "iso-8859-16",
  "macintosh",
]);

/** The encoding of a text that is not UTF-8, or nothing when it is not certain enough. */
export function detectCharset(bytes: Uint8Array): string | undefined {
  const sample = around(bytes);
  const guesses = detectAll(Buffer.from(sample)).map(({ encoding, confidence }) => {
    const name = (encoding ?? "").toLowerCase();
    return { name: encodingNamed(aliases[name] ?? name), confidence };
  });
  const [first] = guesses;
  if (first?.name !== undefined && multibyte.has(first.name)) return first.name;
  const isLatin = latinShare(sample) < maxLatinShare;
  const best = guesses.find(
    ({ name }) =>
      name !== undefined &&
      latin.has(name) === isLatin &&
      (!isLatin || hasWholeWords(new TextDecoder(name).decode(sample))),
  );
  const western = isLatin ? westernOf(sample) : undefined;
  if (western !== undefined) {
    const its = guesses.find(({ name }) => name === "windows-1252")?.confidence ?? 0;
    if (best === undefined || best.confidence <= its * maxLead) return western;
  }
  const isElsewhere = best?.name === "windows-1254" || best?.name === "windows-1257";
  if (isLatin && !isElsewhere && sameInBoth(sample)) return "windows-1252";
  if (best === undefined) return undefined;
  return best.name === "windows-1252" || best.confidence >= minConfidence ? best.name : undefined;
}

/** Detection needs the bytes beyond ASCII: in a long text they may come late. */
function around(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= sampleBytes) return bytes;
  const first = bytes.findIndex((byte) => byte > 0x7f);
  const start = Math.max(0, first - sampleBytes / 2);
  return bytes.subarray(start, start + sampleBytes);
}

/** Bytes beyond ASCII, as a share of those and the ASCII letters and digits. */
function latinShare(bytes: Uint8Array): number {
  let high = 0;
  let ascii = 0;
  for (const byte of bytes) {
    if (byte > 0x7f) high += 1;
    else if (/[\da-z]/iu.test(String.fromCharCode(byte))) ascii += 1;
  }
  return high / (high + ascii || 1);
}

/**
 * Western texts are by far the most, and a few accents in English are too little for the detector.
 * ISO-8859-15 has the euro where Windows has a sign that nobody uses.
 */
function westernOf(bytes: Uint8Array): string | undefined {
  return ["windows-1252", "iso-8859-15"].find((name) => {
    const text = new TextDecoder(name).decode(bytes);
    return readsWestern(text) && !(name === "windows-1252" && text.includes("¤"));
  });
}

/** Whether the text reads the same as Western and as Central European: most signs do. */
function sameInBoth(bytes: Uint8Array): boolean {
  const western = new TextDecoder("windows-1252").decode(bytes);
  return (
    hasWholeWords(western) &&
    !western.includes("¤") &&
    western === new TextDecoder("windows-1250").decode(bytes)
  );
}

/** The standard name of an encoding, if `label` is one of its names. */
export function encodingNamed(label: string): string | undefined {
  try {
    return new TextDecoder(label.trim()).encoding;
  } catch {
    return undefined;
  }
}
