/** Child processes that never outlive their parent. */
import { type ChildProcess, spawn } from "node:child_process";
import { appendFileSync, closeSync, openSync } from "node:fs";
import { delimiter, dirname } from "node:path";

export interface Run {
  /** The output of both streams. */
  readonly output: string;
  /** `null` if a signal ended it, or if it could not be started. */
  readonly exitCode: number | null;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The file to which all output is appended. */
  readonly logFile?: string;
  /** Called with each whole line. */
  readonly onLine?: (line: string) => void;
  /** Stops the program and all its children. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program to its end in a process group of its own. Stopping it stops its children too, and
 * Ctrl-C in the terminal reaches it only once, through this process.
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

/** Signals a detached child and its process group; a child that has already ended is fine. */
export function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The PATH, with the Node that runs this process first. */
export function pathWithNode(env: NodeJS.ProcessEnv): string {
  return [dirname(process.execPath), env["PATH"] || "/usr/local/bin:/usr/bin:/bin"].join(delimiter);
}
