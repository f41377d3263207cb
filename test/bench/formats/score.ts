/** How much of a document's right Markdown is in what a reader made of it. */
export interface Score {
  /** Share of the truth's words that were found. */
  readonly recall: number;
  /** Share of the found words that are in the truth. */
  readonly precision: number;
  /** Share of the truth's headings found as headings, by their words. */
  readonly headings: number | undefined;
  /** Share of the truth's table rows found as rows, by their words. */
  readonly rows: number | undefined;
}

export function score(markdown: string, truth: string): Score {
  const found = wordsOf(markdown);
  const wanted = wordsOf(truth);
  const shared = common(found, wanted);
  return {
    recall: wanted.length === 0 ? 1 : shared / wanted.length,
    precision: found.length === 0 ? 1 : shared / found.length,
    headings: shareOf(headingsOf(markdown), headingsOf(truth)),
    rows: shareOf(rowsOf(markdown), rowsOf(truth)),
  };
}

/** Letters and digits, without the marks and addresses of Markdown. */
export function wordsOf(markdown: string): string[] {
  const text = markdown
    .replaceAll(/<!--.*?-->/gsu, " ")
    .replaceAll(/&(amp|lt|gt|quot|#\d+);/gu, " ")
    .replaceAll(/\]\([^)\n]*\)/gu, " ")
    .replaceAll(/\\([^\w\s])/gu, "$1");
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  );
}

function headingsOf(markdown: string): string[] {
  return keys(markdown.split("\n").filter((line) => /^#{1,6} /u.test(line)));
}

function rowsOf(markdown: string): string[] {
  const lines = markdown.split("\n").map((line) => line.trim());
  return keys(lines.filter((line) => line.startsWith("|") && !/^\|[\s:|-]+$/u.test(line)));
}

function keys(lines: readonly string[]): string[] {
  return lines.map((line) => wordsOf(line).join(" ")).filter((key) => key !== "");
}

function shareOf(found: readonly string[], wanted: readonly string[]): number | undefined {
  return wanted.length === 0 ? undefined : common(found, wanted) / wanted.length;
}

function common(found: readonly string[], wanted: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const word of found) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of wanted) {
    const left = counts.get(word) ?? 0;
    if (left > 0) shared += 1;
    counts.set(word, left - 1);
  }
  return shared;
}
