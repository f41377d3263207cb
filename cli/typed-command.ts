/** How a person types a command of this command line. */
import { isInstalled } from "../ops/paths.ts";

/** The command with its beginning: `sluice …` if installed, `npm run sluice -- …` in the repository. */
export function typed(command: string): string {
  return `${isInstalled ? "sluice" : "npm run sluice --"} ${command}`;
}

/** An argument as a POSIX shell reads it. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
