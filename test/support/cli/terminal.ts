/** Runs a command in a real pseudo-terminal, and shows what its screen and its history hold. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { commandLine, reaching } from "../deployment/sluice.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal, and what a person types when the command asks. */
export type Person = Size & { readonly input?: string };

export interface Seen {
  readonly status: number;
  /** Every row of the history and the screen, as a person reads it when he scrolls up. */
  readonly rows: readonly string[];
}

/** The command line in a terminal of this size, in a folder. */
export async function sluiceOnTerminal(
  size: Person,
  folder: string,
  apiUrl: string,
  ...args: readonly string[]
): Promise<Seen> {
  const script = join(import.meta.dirname, "run_in_terminal.py");
  const terminal = [script, String(size.columns), String(size.rows), size.input ?? ""];
  const command = [process.execPath, commandLine, ...args];
  const env = { ...reaching(apiUrl), TERM: "xterm-256color" };
  const options = { cwd: folder, env, timeout: 30_000 };
  const [status, out] = await new Promise<[number, string]>((resolve) => {
    execFile("python3", [...terminal, ...command], options, (error, text) =>
      resolve([error === null ? 0 : Number(error.code), text]),
    );
  });
  return { status, rows: rowsOf(out, size) };
}

/** What a terminal makes of these characters: it moves, erases and wraps as one of this width does. */
export function rowsOf(text: string, { columns }: Size): string[] {
  const width = columns || 80;
  const rows: string[] = [""];
  let at = 0;
  let wraps = true;
  const write = (character: string) => {
    if (at === width) {
      if (wraps) {
        rows.push("");
        at = 0;
      } else at = width - 1;
    }
    const row = Array.from((rows.at(-1) ?? "").padEnd(at));
    row[at] = character;
    rows[rows.length - 1] = row.join("");
    at += 1;
  };
  for (const [token] of text.matchAll(/\p{Cc}\[[\d;?]*[A-Za-z]|[^]/gu)) {
    if (token === "\r") at = 0;
    else if (token === "\n") {
      rows.push("");
      at = 0;
    } else if (token === "\u001B[2K") rows[rows.length - 1] = "";
    else if (token === "\u001B[?7l" || token === "\u001B[?7h") wraps = token.endsWith("h");
    else if (token.endsWith("G")) at = Number.parseInt(token.slice(2), 10) - 1;
    else if (token.endsWith("[0J")) continue;
    else if (token.length > 1) throw new Error(`Unknown sequence: ${JSON.stringify(token)}`);
    else write(token);
  }
  return rows;
}
