/**
 * An endpoint's own words for a job's error: they say what to repair better
 * than a status does. Endpoints may quote the document or the key in them;
 * both are cut out, because errors are shown, logged and announced.
 */
const longest = 300;
/** This many words in a row that stand in the text are a quotation. */
const quotedWords = 3;
/** A run of this length is one too, however few its words: scripts without blanks have long ones. */
const quotedLength = 16;

const cut = "…";

export function ownWords(words: string, texts: readonly string[]): string {
  const bare = withoutKeys(withoutText(words.replace(/\\[nrt]/g, " ").slice(0, 4_000), texts));
  const line = bare
    .replace(/(?:["'`\s.\\]*…["'`\s.\\]*)+/gu, ` ${cut} `)
    .replace(/\s+/gu, " ")
    .replace(/… (?=[:.,;])/gu, cut)
    .replace(/[\s.…:,;]+$/u, "")
    .trim();
  return line.length <= longest
    ? line
    : `${line
        .slice(0, longest - 1)
        .toWellFormed()
        .trimEnd()}${cut}`;
}

/** Whether the words contain a part of a text. */
export function isQuoted(texts: readonly string[], words: string): boolean {
  const start = words.slice(0, 4_000);
  return withoutText(start, texts) !== start;
}

function withoutText(words: string, texts: readonly string[]): string {
  const whole = texts.map((text) =>
    tokensOf(text)
      .map(({ word }) => word)
      .join(" "),
  );
  const isQuoted = (run: string, length: number) =>
    length >= quotedWords || run.length >= quotedLength
      ? whole.some((text) => text.includes(run))
      : whole.includes(run);
  const tokens = tokensOf(words);
  let kept = "";
  let from = 0;
  for (let at = 0; at < tokens.length; ) {
    const end = quotationEnd(tokens, at, whole, isQuoted);
    if (end === at) {
      at += 1;
      continue;
    }
    kept += `${words.slice(from, tokens[at]?.start)}${cut}`;
    from = tokens[end - 1]?.end ?? words.length;
    at = end;
  }
  return kept + words.slice(from);
}

interface Token {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Words alone, so that quotes, escapes and line breaks do not hide a quotation. */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(/[\p{L}\p{N}]+/gu)].map(({ 0: word, index }) => ({
    word: word.toLowerCase(),
    start: index,
    end: index + word.length,
  }));
}

/** Behind the longest quotation that begins at `at`; `at` itself if none does. */
function quotationEnd(
  tokens: readonly Token[],
  at: number,
  whole: readonly string[],
  isQuoted: (run: string, length: number) => boolean,
): number {
  let run = "";
  let end = at;
  for (let next = at; next < tokens.length; next++) {
    run += `${next === at ? "" : " "}${tokens[next]?.word}`;
    // The last word may be cut off in the middle.
    if (!whole.some((text) => text.includes(run))) break;
    if (isQuoted(run, next - at + 1)) end = next + 1;
  }
  return end;
}

function withoutKeys(words: string): string {
  return words
    .replace(/\bBearer\s+\S+/gi, cut)
    .replace(/\b(?:sk|pk|rk|gsk|nvapi|hf|xai|AKIA|AIza)[-_A-Za-z0-9]*[-_][-\w*]{4,}/g, cut)
    .replace(/[\w-]*\*{3,}[\w*-]*/g, cut)
    .replace(/\b(?=[\w-]*\d)[A-Za-z0-9_-]{32,}\b/g, cut);
}
