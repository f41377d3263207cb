/** Child processes that never outlive what started them. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { delimiter, dirname } from "node:path";

export interface Run {
  /** What the program said, both streams. */
  readonly output: string;
  /** `null` when a signal ended it, or when it could not be started. */
  readonly exitCode: number | null;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Everything the program says is appended here. */
  readonly logFile?: string;
  /** Called with each whole line. */
  readonly onLine?: (line: string) => void;
  /** Ends the program and all that it started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end. It leads a process group of its own, so that
 * ending it ends its children too, and a Ctrl-C in the terminal reaches it
 * only through us, once.
 */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  options.signal?.throwIfAborted();
  const log = options.logFile === undefined ? undefined : openSync(options.logFile, "a");
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const end = () => killGroup(child, "SIGKILL");
  options.signal?.addEventListener("abort", end);
  process.once("exit", end);
  let output = "";
  let line = "";
  const heard = (piece: string) => {
    output += piece;
    if (log !== undefined) appendFileSync(log, piece);
    const lines = (line + piece).split("\n");
    line = lines.pop() ?? "";
    for (const whole of lines) options.onLine?.(whole);
  };
  child.stdout.setEncoding("utf8").on("data", heard);
  child.stderr.setEncoding("utf8").on("data", heard);
  try {
    const exitCode = await new Promise<number | null>((resolve) => {
      child.once("error", (error) => {
        heard(`${error.message}\n`);
        resolve(null);
      });
      child.once("close", resolve);
    });
    options.signal?.throwIfAborted();
    return { output, exitCode };
  } finally {
    options.signal?.removeEventListener("abort", end);
    process.removeListener("exit", end);
    if (log !== undefined) closeSync(log);
  }
}

/** Signals a detached child and everything in its group; gone already is fine. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The PATH with the Node that runs us first, whichever else the machine has. */
export function pathWithNode(env: NodeJS.ProcessEnv): string {
  return [dirname(process.execPath), env["PATH"] || "/usr/local/bin:/usr/bin:/bin"].join(delimiter);
}
