/** The output of a command: results for a person, or one JSON object per line. */

export interface Output {
  /** Whether the output is for a machine. */
  readonly json: boolean;
  /** A result: `text` for a person, `record` for a machine. */
  readonly result: (text: string, record: object) => void;
  /** For a person only: goes to standard error. */
  readonly note: (text: string) => void;
}

export function output(json: boolean): Output {
  return {
    json,
    result: (text, record) => process.stdout.write(`${json ? JSON.stringify(record) : text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
  };
}

export function chunks(count: number): string {
  return count === 1 ? "1 chunk" : `${count} chunks`;
}

/** Aligns columns. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
