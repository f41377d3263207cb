export interface Area {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

export type FilledRows = ReadonlyMap<number, ReadonlyMap<number, string>>;

/** Deeper cuts than this separate no tables that a person set apart. */
const maxCuts = 12;

/**
 * The areas that hold cells, cut along blank rows and blank columns, in turn,
 * until there is nothing more to cut; from top to bottom, then left to right.
 */
export function areasOf(rows: FilledRows): Area[] {
  const numbers = [...rows.keys()].sort((one, other) => one - other);
  return cutRows(rows, numbers, 1, Number.MAX_SAFE_INTEGER, 0);
}

function cutRows(
  rows: FilledRows,
  numbers: readonly number[],
  left: number,
  right: number,
  cuts: number,
): Area[] {
  const filled = numbers.filter((row) => hasCell(rows.get(row), left, right));
  return runs(filled).flatMap((run) => cutColumns(rows, run, left, right, cuts));
}

function cutColumns(
  rows: FilledRows,
  numbers: readonly number[],
  left: number,
  right: number,
  cuts: number,
): Area[] {
  const columns = new Set<number>();
  for (const row of numbers) {
    for (const column of rows.get(row)?.keys() ?? []) {
      if (column >= left && column <= right) columns.add(column);
    }
  }
  const parts = runs([...columns].sort((one, other) => one - other));
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) {
    return [
      {
        top: numbers[0] ?? 0,
        bottom: numbers.at(-1) ?? 0,
        left: only[0] ?? 0,
        right: only.at(-1) ?? 0,
      },
    ];
  }
  // Single cells in a row of their own with gaps between are one line of a form.
  if (cuts >= maxCuts || (numbers.length === 1 && parts.every((part) => part.length === 1))) {
    return [
      {
        top: numbers[0] ?? 0,
        bottom: numbers.at(-1) ?? 0,
        left: parts[0]?.[0] ?? 0,
        right: parts.at(-1)?.at(-1) ?? 0,
      },
    ];
  }
  return parts.flatMap((part) => cutRows(rows, numbers, part[0] ?? 0, part.at(-1) ?? 0, cuts + 1));
}

function hasCell(
  cells: ReadonlyMap<number, string> | undefined,
  left: number,
  right: number,
): boolean {
  for (const column of cells?.keys() ?? []) if (column >= left && column <= right) return true;
  return false;
}

/** Neighbouring numbers of a sorted list, together. */
function runs(sorted: readonly number[]): number[][] {
  const result: number[][] = [];
  for (const value of sorted) {
    const last = result.at(-1);
    if (last !== undefined && last.at(-1) === value - 1) last.push(value);
    else result.push([value]);
  }
  return result;
}
