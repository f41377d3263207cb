/** The command line, run as a person runs it. */
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "../../lambdas/runtime/environment.ts";

const main = join(import.meta.dirname, "../../cli/main.ts");

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Against the API at this address, with a key. */
export function sluice(apiUrl: string, ...args: readonly string[]): Promise<Ran> {
  return run(args, {
    SLUICE_FOLDER: join(tmpdir(), "sluice-nothing-runs-here"),
    SLUICE_API_URL: apiUrl,
    SLUICE_API_KEY: "the-key",
  });
}

/** Beside a `npm start` that left its `local.json` in the folder. */
export function sluiceBeside(folder: string, ...args: readonly string[]): Promise<Ran> {
  return run(args, { SLUICE_FOLDER: folder });
}

function run(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Ran> {
  const env = { PATH: environment["PATH"], ...settings };
  return new Promise((resolve) => {
    execFile("node", [main, ...args], { env }, (error, out, err) =>
      resolve({ status: error === null ? 0 : Number(error.code), out, err }),
    );
  });
}

/** One object a line. */
export function lines(text: string): Record<string, unknown>[] {
  const all = text.trim().split("\n");
  return all.map((line) => JSON.parse(line) as Record<string, unknown>);
}
