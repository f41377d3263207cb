/** Values of a request as an error quotes them. */

/** In characters. Enough to recognise a value; an error stays small, however long the value is. */
const maxShown = 100;

/** The value, cut to 100 characters. */
export function shown(value: string, most: number = maxShown): string {
  if (value.length <= most) return value;
  // Half of a surrogate pair would be no character.
  return `${value.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The first few values, and how many more there are. */
export function shownList(values: readonly string[], most: number): string {
  const first = values.slice(0, most).map((value) => shown(value));
  const more = values.length - first.length;
  return more > 0 ? `${first.join(", ")} and ${more} more` : first.join(", ");
}
