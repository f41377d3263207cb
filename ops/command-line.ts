/** Arguments and settings of a command that starts something, validated before anything runs. */
import { parseArgs } from "node:util";
import { unknownVariables } from "../infra/settings/unknown-variables.ts";
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

/** @throws LocalFailure that names each unknown variable and the closest setting */
export function refuseUnknownSettings(env: Readonly<Record<string, string | undefined>>): void {
  const unknown = unknownVariables(env);
  if (unknown !== undefined) throw new LocalFailure(unknown);
}
