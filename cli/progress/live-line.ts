/** The last line of a terminal, redrawn in place; what is printed goes above it and stays. */
import cliTruncate from "cli-truncate";
import { environment } from "../../lambdas/platform/environment.ts";

export type Terminal = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
};

export interface LiveLine {
  /** Replaces the line; an empty text removes it. Text that is too wide is cut. */
  readonly draw: (text: string) => void;
  /** Prints lines that stay, above the live line. */
  readonly print: (text: string) => void;
  /** @param keep whether the live line stays on the screen */
  readonly end: (keep: boolean) => void;
}

/** Width of a terminal that does not know its own, for example 0x0 under some test runners and CI. */
const defaultColumns = 80;

const eraseLine = "\r\u001B[2K";
/**
 * A line that wraps can no longer be erased as one line. The text is cut to the width, but the
 * width may be wrong, so the terminal is also asked not to wrap.
 */
const wrapOff = "\u001B[?7l";
const wrapOn = "\u001B[?7h";

/** @returns undefined if the stream is not a terminal that can redraw a line */
export function liveLineOn(stream: Terminal): LiveLine | undefined {
  if (stream.isTTY !== true || environment["TERM"] === "dumb") return undefined;
  let drawn = "";
  const draw = (text: string) => {
    const line = cliTruncate(text.replaceAll("\n", " "), (stream.columns || defaultColumns) - 1);
    if (line === drawn) return;
    // One write, so that no other output comes between.
    stream.write(drawn === "" ? wrapped(line) : `${eraseLine}${wrapped(line)}`);
    drawn = line;
  };
  return {
    draw,
    print(text) {
      stream.write(`${drawn === "" ? "" : eraseLine}${text}\n`);
      drawn = "";
    },
    end(keep) {
      if (drawn !== "") stream.write(keep ? "\n" : eraseLine);
      drawn = "";
    },
  };
}

function wrapped(line: string): string {
  return line === "" ? "" : `${wrapOff}${line}${wrapOn}`;
}
