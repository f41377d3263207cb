/** Ctrl-C stops following the jobs. The jobs continue, and a message says so. */

import { typed } from "./typed-command.ts";

/** The exit status that shells use after SIGINT. */
const interruptedStatus = 130;

/**
 * @param following the accepted jobs that have not ended yet
 * @param end stops the progress view and keeps its last state on the screen
 * @returns a function that restores the default behaviour of Ctrl-C
 */
export function onInterrupt(following: () => Iterable<string>, end: () => void): () => void {
  const leave = () => {
    end();
    process.stderr.write(farewell([...following()]));
    process.exit(interruptedStatus);
  };
  // `on`, not `once`: npm forwards the signal that the terminal has already sent, and the second
  // one would end this handler early.
  process.on("SIGINT", leave);
  return () => process.off("SIGINT", leave);
}

function farewell(jobIds: readonly string[]): string {
  if (jobIds.length === 0) return "Stopped.\n";
  const what =
    jobIds.length === 1
      ? "The job continues. Follow it again with:"
      : `${jobIds.length} jobs continue. Follow them again with:`;
  const lines = jobIds.map((id) => `  ${typed(`job ${id} --watch`)}`);
  return `${what}\n${lines.join("\n")}\n`;
}
