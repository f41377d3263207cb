/** One run at a time in a folder. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Takes the lock file for this process.
 * @returns a function that releases it, or the process id of the run that holds it
 */
export function takeLock(file: string): { release: () => void } | { heldBy: number } {
  mkdirSync(dirname(file), { recursive: true });
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = holderOf(file);
    if (holder !== undefined) return { heldBy: holder };
    // A killed run left the lock file behind.
    rmSync(file, { force: true });
  }
}

/** The living process that holds the lock file. */
export function holderOf(file: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return isOurs(pid) ? pid : undefined;
}

/** Whether the process exists; its number may meanwhile belong to another program. */
function isOurs(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const commandLine = `/proc/${pid}/cmdline`;
  // Only Linux shows this without running a program.
  if (!existsSync(commandLine)) return true;
  return /local\/(start|demo)\.ts/.test(readFileSync(commandLine, "utf8"));
}
