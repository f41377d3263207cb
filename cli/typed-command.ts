/** How a person types a command of this command line. */

/** Set by the build of the installable package; see `scripts/pack-cli.ts`. */
declare const SLUICE_INSTALLED: boolean;

export const isInstalled = typeof SLUICE_INSTALLED !== "undefined" && SLUICE_INSTALLED;

/** The command with its beginning: `sluice …` if installed, `npm run sluice -- …` in the repository. */
export function typed(command: string): string {
  return `${isInstalled ? "sluice" : "npm run sluice --"} ${command}`;
}

/** An argument as a POSIX shell reads it. */
export function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
