/** "Did you mean": the known name that a misspelt one is closest to. */

/** One mistake for every three letters; a swap of neighbours counts as one. */
const lettersPerMistake = 3;
/** Nobody misspells a name into one this long. */
const maxLength = 64;

/** @returns the nearest known name, or `undefined` if none is near */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  if (given.length > maxLength) return undefined;
  const wanted = plain(given);
  const [best] = known
    .map((name) => ({ name, mistakes: mistakes(wanted, plain(name)) }))
    .filter(
      ({ name, mistakes }) => mistakes <= Math.max(1, Math.floor(name.length / lettersPerMistake)),
    )
    .toSorted((a, b) => a.mistakes - b.mistakes);
  return best?.name;
}

/** @returns the known name with the fewest mistakes, however many they are */
export function closestName(given: string, known: readonly string[]): string | undefined {
  const wanted = plain(given);
  return known
    .map((name) => ({ name, mistakes: mistakes(wanted, plain(name)) }))
    .toSorted((a, b) => a.mistakes - b.mistakes)[0]?.name;
}

/** `maxTokens` and `max-tokens` mean `max_tokens`. */
function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function mistakes(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const at = (r: number, c: number) => rows[r]?.[c] ?? 0;
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped =
        i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
          ? at(i - 2, j - 2) + 1
          : Number.POSITIVE_INFINITY;
      row.push(Math.min(at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, replaced, swapped));
    }
    rows.push(row);
  }
  return rows[a.length]?.[b.length] ?? 0;
}
