/** Ctrl-C while jobs are followed ends the following and not the jobs, and says so. */

/** Of a shell's commands that were ended by SIGINT. */
const interruptedStatus = 130;

/**
 * @param following the jobs that have been accepted and not seen to end
 * @param end leaves what is on the screen standing
 * @returns how to let Ctrl-C do again what it does by itself
 */
export function onInterrupt(following: () => Iterable<string>, end: () => void): () => void {
  const leave = () => {
    end();
    process.stderr.write(farewell([...following()]));
    process.exit(interruptedStatus);
  };
  // Not once: npm passes on what the terminal has sent already, and the second would cut the first short.
  process.on("SIGINT", leave);
  return () => process.off("SIGINT", leave);
}

function farewell(jobIds: readonly string[]): string {
  if (jobIds.length === 0) return "Stopped.\n";
  const what =
    jobIds.length === 1
      ? "The job goes on. Follow it again:"
      : `${jobIds.length} jobs go on. Follow them again:`;
  const lines = jobIds.map((id) => `  npm run sluice -- job ${id} --watch`);
  return `${what}\n${lines.join("\n")}\n`;
}
