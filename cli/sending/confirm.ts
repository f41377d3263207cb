/** Asks before documents are removed. */
import { createInterface } from "node:readline/promises";
import { UsageError } from "../errors.ts";

/** More than these are counted, not listed. */
const mostListed = 20;

/**
 * @returns whether the person said yes
 * @throws UsageError if nobody can be asked
 */
export async function confirmed(ids: readonly string[]): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new UsageError(
      `${count(ids)} would be removed, and there is no terminal to ask. Nothing was sent. Add --yes to remove them, or --dry-run to list them.`,
    );
  }
  const listed = ids.slice(0, mostListed).map((id) => `  ${id}`);
  if (ids.length > mostListed) listed.push(`  … and ${ids.length - mostListed} more`);
  process.stderr.write(`The files of ${count(ids)} are gone:\n${listed.join("\n")}\n`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and the end of input mean no.
  const ended = new Promise<string>((resolve) => asking.once("close", () => resolve("")));
  const question = "Remove them from every search? [y/N] ";
  const answer = await Promise.race([asking.question(question).catch(() => ""), ended]);
  asking.close();
  return /^y(?:es)?$/i.test(answer.trim());
}

function count(ids: readonly string[]): string {
  return ids.length === 1 ? "1 document" : `${ids.length} documents`;
}
