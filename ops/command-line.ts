/** Arguments and settings of a command that starts something, validated before anything runs. */
import { parseArgs } from "node:util";
import { settingNames } from "../lambdas/platform/settings.ts";
import { LocalFailure } from "./failure.ts";

/** The command was called incorrectly; the exit status is 2. */
export class CallFailure extends LocalFailure {}

/**
 * Separates flags from other arguments.
 * @param usage printed as help and with errors
 * @returns `undefined` if only help was requested and printed
 * @throws CallFailure
 */
export function flagsIn<Flag extends string>(
  args: readonly string[],
  usage: string,
  flags: readonly Flag[],
  say: (text: string) => void = console.log,
): { readonly set: ReadonlySet<Flag>; readonly others: readonly string[] } | undefined {
  const options = Object.fromEntries(
    [...flags, "help"].map((name) => [name, { type: "boolean" as const }]),
  );
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    if (values["help"] === true) {
      say(usage);
      return undefined;
    }
    return { set: new Set(flags.filter((name) => values[name] === true)), others: positionals };
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node's message adds how to pass the option as a file name, which nobody means here.
    throw new CallFailure(`${error.message.split(". ")[0]}.\n${usage}`);
  }
}

/** Variables that are valid but are not settings of a deployment. */
const ownNames = ["SLUICE_PORT", "SLUICE_FOLDER", "SLUICE_API_URL", "SLUICE_API_KEY"];

/**
 * Without this check, a misspelt setting would silently leave the default in force.
 * @throws LocalFailure that names each unknown variable and the closest setting
 */
export function refuseUnknownSettings(env: Readonly<Record<string, string | undefined>>): void {
  const known = [...settingNames.map((name) => `SLUICE_${name}`), ...ownNames];
  const unknown = Object.keys(env).filter(
    (name) => name.startsWith("SLUICE_") && env[name] && !known.includes(name),
  );
  if (unknown.length === 0) return;
  const sentences = unknown.map((name) => {
    const nearest = known.toSorted((a, b) => distance(name, a) - distance(name, b))[0];
    return `${name} is not a setting. Did you mean ${nearest}?`;
  });
  throw new LocalFailure(
    `${sentences.join("\n")}\nREADME.md lists all settings under "Settings". Unset every other SLUICE_ variable.`,
  );
}

/** The edit distance of two words (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, i) => i);
  for (let i = 0; i < from.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < to.length; j += 1) {
      const changed = (row[j] ?? 0) + (from[i] === to[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
