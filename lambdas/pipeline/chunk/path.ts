/** What a reader of the document knows before he comes to a chunk: its title and the headings above. */

/** Longer ones lose their middle: title and nearest heading say most. UTF-16 units. */
const maxLength = 300;

/** @returns `Handbook > Power > Batteries`; `undefined` if there is neither title nor heading */
export function pathOf(title: string | undefined, headings: readonly string[]): string | undefined {
  const given = [title, ...headings].map((part) => part?.replaceAll(/\s+/g, " ").trim() ?? "");
  // A document often begins with its title as a heading.
  const parts = given.filter((part, i) => part !== "" && part !== given[i - 1]);
  while (parts.length > 2 && parts.join(" > ").length > maxLength) parts.splice(1, 1);
  return parts.length === 0 ? undefined : parts.join(" > ").slice(0, maxLength);
}
