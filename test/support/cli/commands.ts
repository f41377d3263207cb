/** Commands as texts tell people to type them, and whether the command line takes them. */
import { type Command, CommanderError } from "@commander-js/extra-typings";
import { createProgram } from "../../../cli/program.ts";

/**
 * Each `npm run sluice -- …` of a text, or `sluice …` in backticks, without its first words.
 * @param end characters that end a command in this kind of text
 */
export function commandsIn(text: string, end = "`<"): string[] {
  const command = new RegExp(`(?:npm run (?:-s )?sluice --|\`sluice) ([^${end}\\n]+)`, "g");
  // What a shell does with its output or its status is not the command's.
  return [...text.matchAll(command)].map(([, words = ""]) =>
    words.replace(/(?: {2,}#| \|).*/, "").trim(),
  );
}

/** Each command that a source passes to `typed`, which adds the first words. */
export function typedIn(source: string): string[] {
  return [...source.matchAll(/\btyped\(\s*[`"]([^`"]+)[`"]/g)].map(([, words = ""]) => words);
}

/** The names of all commands. */
export function commandNames(): string[] {
  return createProgram().commands.map((command) => command.name());
}

/** What the command line has against these commands; nothing if it would run them all. */
export function objections(commands: readonly string[]): string[] {
  return commands.flatMap((command) => {
    const words = command.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
    const program = createProgram();
    disarm(program);
    try {
      const args = words.map((word) => word.replace(/^(['"])(.*)\1$/, "$2"));
      program.parse(args, { from: "user" });
      return [];
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return error.exitCode === 0 ? [] : [`${command}: ${error.message}`];
    }
  });
}

/** Lets it read its arguments, say nothing and do nothing. */
function disarm(command: Command): void {
  command.configureOutput({ writeOut: () => {}, writeErr: () => {} });
  for (const below of command.commands) disarm(below as Command);
  if (command.commands.length === 0) command.action(() => {});
}
