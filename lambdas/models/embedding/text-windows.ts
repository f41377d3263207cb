/**
 * Cuts a text into windows of about the same length, each ending after a word
 * where it has words. Their mean then weighs all of the text alike.
 *
 * @param count Windows, at least one; never more than the text has characters.
 */
export function textWindows(text: string, count: number): string[] {
  const windows: string[] = [];
  let from = 0;
  for (let number = 1; number <= count && from < text.length; number++) {
    const even = number === count ? text.length : Math.round((text.length * number) / count);
    const end = Math.max(from + 1, number === count ? even : wordEnd(text, from, even));
    windows.push(text.slice(from, end));
    from = end;
  }
  return windows;
}

/** The last blank within the tenth of a window before `even`; never inside a character. */
function wordEnd(text: string, from: number, even: number): number {
  const earliest = even - Math.floor((even - from) / 10);
  for (let at = even; at > earliest; at--) if (/\s/.test(text[at] ?? "")) return at;
  return /[\uDC00-\uDFFF]/.test(text[even] ?? "") ? even - 1 : even;
}
