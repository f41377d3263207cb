/**
 * Shared by `start` and `demo`: one run at a time in a folder, a clean shutdown on every signal,
 * and errors as sentences.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { ApiError, UnreachableError, UploadError, UsageError } from "../cli/errors.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { CallFailure } from "../ops/command-line.ts";
import { LocalFailure } from "../ops/failure.ts";
import { emulatorFiles, lockIn } from "../ops/paths.ts";
import { type BringUpOptions, bringUp, type LocalStack } from "./bring-up.ts";
import { takeLock } from "./lock.ts";

export interface SessionOptions extends Omit<BringUpOptions, "env" | "signal" | "port"> {
  /** The port of the gateway. */
  readonly port: () => number | Promise<number>;
  /** Deletes the state of earlier runs. */
  readonly fresh: boolean;
  /** The command as a user types it. */
  readonly command: string;
  /** Whether a signal is its normal end. */
  readonly endless: boolean;
}

/** The work of a session after the start; it ends early if the signal aborts. */
export type Body = (stack: LocalStack, signal: AbortSignal) => Promise<void>;

const signals = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A signal asked the session to end. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;
  constructor(signal: keyof typeof signals) {
    super(`ended by ${signal}`);
    this.exitCode = signals[signal];
  }
}

/**
 * Starts everything, runs the body, stops everything.
 * @returns the exit status
 */
export async function session(options: SessionOptions, body: Body): Promise<number> {
  const lock = takeLock(lockIn(options.folder));
  if ("heldBy" in lock) {
    console.error(
      `${options.command} is already running (process ${lock.heldBy}). Use it, or stop it with Ctrl-C in its terminal or with: kill ${lock.heldBy}`,
    );
    return 1;
  }
  const ending = new AbortController();
  for (const name of Object.keys(signals) as (keyof typeof signals)[]) {
    // The first signal starts the shutdown; later signals change nothing.
    process.on(name, () => ending.abort(new Interrupted(name)));
  }
  followParent(() => ending.abort(new Interrupted("SIGHUP")));
  try {
    if (options.fresh) forget(options.folder);
    return await whileUp(options, ending.signal, body);
  } catch (error) {
    return tell(error);
  } finally {
    lock.release();
  }
}

async function whileUp(options: SessionOptions, signal: AbortSignal, body: Body): Promise<number> {
  const port = await options.port();
  const stack = await bringUp({ ...options, port, env: environment, signal });
  try {
    const died = stack.died.then((failure) => Promise.reject(failure));
    await Promise.race([body(stack, signal), died, untilEnded(signal)]);
    return 0;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    options.say(stoppingText(options, stack));
    return options.endless ? 0 : error.exitCode;
  } finally {
    await stack.stop();
  }
}

/** In an external emulator, jobs continue without interruption. */
export function stoppingText(
  { endless }: Pick<SessionOptions, "endless">,
  { ownEmulator }: Pick<LocalStack, "ownEmulator">,
): string {
  return endless && ownEmulator
    ? "Stopping … Unfinished jobs continue at the next start."
    : "Stopping …";
}

/** Never resolves; rejects when a signal ends the session. */
export function untilEnded(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error));
  });
}

/** These errors explain themselves; for all others the stack trace helps. */
const failuresForPeople = [LocalFailure, UsageError, ApiError, UnreachableError, UploadError];

/** Prints why a command failed. @returns its exit status */
export function tell(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  const explained = failuresForPeople.some((kind) => error instanceof kind);
  console.error(explained && error instanceof Error ? `\n${error.message}` : error);
  return error instanceof CallFailure ? 2 : 1;
}

function forget(folder: string): void {
  const files = emulatorFiles(folder);
  for (const path of [files.state, files.objects, join(folder, "key")]) {
    rmSync(path, { recursive: true, force: true });
  }
}

/** npm forwards signals, but not if it is killed itself; this process then ends too. */
function followParent(gone: () => void): void {
  if (environment["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) gone();
  }, 1_000).unref();
}
