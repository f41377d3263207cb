/** The command line, run as a person runs it. */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "../../../lambdas/platform/environment.ts";

/** What `npm run sluice` starts. */
export const commandLine = join(import.meta.dirname, "../../../cli/main.ts");

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** All of the environment that the command line gets to reach the API at this address, with a key. */
export function reaching(
  apiUrl: string,
  folder = join(tmpdir(), "sluice-nothing-runs-here"),
): Record<string, string | undefined> {
  return {
    PATH: environment["PATH"],
    SLUICE_FOLDER: folder,
    SLUICE_API_URL: apiUrl,
    SLUICE_API_KEY: "the-key",
  };
}

/** Against the API at this address, with a key. */
export function sluice(apiUrl: string, ...args: readonly string[]): Promise<Ran> {
  return run(args, reaching(apiUrl));
}

/** The same in a folder with files, which are named as they lie in it. */
export function sluiceIn(folder: string, apiUrl: string, ...args: readonly string[]): Promise<Ran> {
  return run(args, reaching(apiUrl, folder), folder);
}

/** Beside a `npm start` that left its `local.json` in the folder. */
export function sluiceBeside(folder: string, ...args: readonly string[]): Promise<Ran> {
  return run(args, { PATH: environment["PATH"], SLUICE_FOLDER: folder });
}

/** @param env all of its environment */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd?: string,
): Promise<Ran> {
  return new Promise((resolve) => {
    execFile("node", [commandLine, ...args], { env, cwd }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** One object a line. */
export function lines(text: string): Record<string, unknown>[] {
  const all = text.trim().split("\n");
  return all.map((line) => JSON.parse(line) as Record<string, unknown>);
}
