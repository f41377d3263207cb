/**
 * What a reader can see, in a text: anything but separators, controls, formatting and code points
 * that stand for nothing. `\S` will not do: to it a zero-width space is something. Hangul's fillers
 * and Braille's empty cell are a letter and a symbol to Unicode, and as blank as a space.
 */
const visible = /[^\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Default_Ignorable_Code_Point}\u2800]/u;

/** Without it a text says nothing: it would be described and embedded, and found for any question. */
export function hasVisibleText(text: string): boolean {
  return visible.test(text);
}

/** Where the first character stands that a reader sees; -1 if there is none. */
export function firstVisible(text: string): number {
  return text.search(visible);
}
