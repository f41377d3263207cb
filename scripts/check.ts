/**
 * `npm run check`: all static checks at once. Prints one line for each, and the whole output of
 * those that fail.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { environment } from "../lambdas/platform/environment.ts";

interface Tool {
  readonly what: string;
  readonly command: readonly [string, ...string[]];
  /** A sentence if an exit status of 0 must not be trusted, otherwise undefined. */
  readonly doubt?: (output: string) => string | undefined;
}

const root = join(import.meta.dirname, "..");

const tools: readonly Tool[] = [
  { what: "format", command: ["biome", "ci", "--colors=off", "."] },
  { what: "lint", command: ["oxlint", "--deny-warnings", "--report-unused-disable-directives"] },
  { what: "types", command: ["tsc", "--noEmit"] },
  // The page runs in browsers, the rest in Node: each is checked against its own globals.
  { what: "page types", command: ["tsc", "--noEmit", "--project", "console"] },
  {
    what: "import law",
    command: ["depcruise", "--config", ".dependency-cruiser.cjs", "--", ...sourceFolders()],
    // Without a parser for TypeScript, it sees no modules and finds nothing wrong.
    doubt: (output) => {
      const seen = Number(/(\d+) modules/.exec(output)?.[1] ?? 0);
      return seen >= 20 ? undefined : `It saw ${seen} modules: its TypeScript parser is missing.`;
    },
  },
  { what: "clients", command: ["node", "scripts/clients.ts", "--check"] },
  { what: "dead code", command: ["knip", "--no-progress"] },
];

function sourceFolders(): string[] {
  const folders = [
    "infra",
    "lambdas",
    "local",
    "ops",
    "cli",
    "scripts",
    "test",
    "console",
    "client",
  ];
  return folders.filter((folder) => existsSync(join(root, folder)));
}

interface Verdict {
  readonly tool: Tool;
  readonly seconds: number;
  readonly output: string;
  /** Why it failed, or undefined. */
  readonly failure?: string;
}

async function run(tool: Tool): Promise<Verdict> {
  const [program, ...args] = tool.command;
  const path = [join(root, "node_modules", ".bin"), environment["PATH"]].join(delimiter);
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: root,
    env: { ...environment, PATH: path, NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (data: Buffer) => (output += data.toString()));
  child.stderr.on("data", (data: Buffer) => (output += data.toString()));
  const ended = await new Promise<string | undefined>((resolve) => {
    child.on("error", (error) => resolve(`could not be started: ${error.message}`));
    child.on("close", (code, signal) =>
      resolve(code === 0 ? undefined : `ended with ${signal ?? `status ${code}`}`),
    );
  });
  const seconds = (performance.now() - startedAt) / 1_000;
  const failure = ended ?? tool.doubt?.(output);
  return { tool, seconds, output, ...(failure === undefined ? {} : { failure }) };
}

const verdicts = await Promise.all(
  tools.map(async (tool) => {
    const verdict = await run(tool);
    const sign = verdict.failure === undefined ? "ok    " : "FAILED";
    console.log(`${sign} ${tool.what.padEnd(11)} ${verdict.seconds.toFixed(1)} s`);
    return verdict;
  }),
);

const failed = verdicts.filter((verdict) => verdict.failure !== undefined);
for (const { tool, failure, output } of failed) {
  console.log(
    `\n── ${tool.what}: ${tool.command.slice(0, 2).join(" ")} ${failure}\n${output.trim()}`,
  );
}
process.exitCode = failed.length === 0 ? 0 : 1;
