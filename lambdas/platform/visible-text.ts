/**
 * The visible characters of a text: anything but separators, controls, formatting and unassigned
 * code points. `\S` is not enough, because it matches a zero-width space. Unicode classes Hangul's
 * fillers and Braille's empty cell as a letter and a symbol, but they are as blank as a space.
 */
const visible = /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/u;
const visibleFrom = new RegExp(visible, "gu");

/** A text without visible characters would be described and embedded, and found for any query. */
export function hasVisibleText(text: string): boolean {
  return visible.test(text);
}

/** The index of the first visible character; -1 if there is none. */
export function firstVisible(text: string): number {
  return text.search(visible);
}

/** The same from `offset` on; the text's length if there is none. */
export function firstVisibleFrom(text: string, offset: number): number {
  visibleFrom.lastIndex = offset;
  return visibleFrom.exec(text)?.index ?? text.length;
}
