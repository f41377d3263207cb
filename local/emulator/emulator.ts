/** The local replacement for AWS: one MiniStack process on loopback, with the functions it runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LocalFailure } from "../../ops/failure.ts";
import { type EmulatorFiles, functionCode, prepareFiles } from "../../ops/paths.ts";
import { killGroup, pathWithNode } from "../../ops/processes.ts";
import { freePort } from "../tcp-ports.ts";

export interface EmulatorOptions {
  /** A Python with the emulator installed; see `installEmulator`. */
  readonly python: string;
  readonly files: EmulatorFiles;
  /** @default a free port */
  readonly port?: number;
  /** The caller's environment; only a short list of variables reaches the emulator and its functions. */
  readonly env: NodeJS.ProcessEnv;
  /** Scales the waits and retry intervals of state machines. @default 1 */
  readonly waitScale?: number;
  /** How long an idle function keeps its process of about 70 MB. @default 10 */
  readonly warmSeconds?: number;
  /** Enforces IAM policies as AWS does. @default false */
  readonly enforceIam?: boolean;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
}

export interface Emulator {
  /** Base URL of all AWS APIs. */
  readonly endpoint: string;
  readonly port: number;
  /** The process id; the process leads the group of all functions. */
  readonly pid: number;
  /** Resolves with a sentence if it ends unexpectedly. */
  readonly died: Promise<LocalFailure>;
  /**
   * Saves the state and ends the emulator and all function processes within {@link graceSeconds}.
   * Safe to repeat.
   */
  stop(): Promise<void>;
}

/** Time to save the state before it is killed. */
export const graceSeconds = 10;
const startSeconds = 60;

/** @throws LocalFailure if it does not start; nothing is left running then */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  options.signal?.throwIfAborted();
  const { files } = options;
  prepareFiles(files);
  const port = options.port ?? (await freePort());
  const endpoint = `http://127.0.0.1:${port}`;
  const log = openSync(files.log, "w");
  const script = join(import.meta.dirname, "emulator.py");
  const args = ["-u", script, files.lock, String(graceSeconds), functionCode];
  const child = spawn(options.python, args, {
    cwd: files.temporary,
    env: emulatorEnvironment(options, port, endpoint),
    // The emulator ends when standard input closes: see emulator.py.
    stdio: ["pipe", log, log],
    detached: true,
  });
  closeSync(log);
  let asked = false;
  const exited = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
  child.stdin?.on("error", () => {});
  const stop = async () => {
    asked = true;
    child.stdin?.end();
    const patience = setTimeout(() => killGroup(child, "SIGKILL"), (graceSeconds + 2) * 1000);
    await exited;
    clearTimeout(patience);
    // Functions of an emulator that another process killed.
    killGroup(child, "SIGKILL");
  };
  const died = exited.then(() => {
    killGroup(child, "SIGKILL");
    if (asked) return new Promise<never>(() => {});
    return new LocalFailure(
      `The emulator stopped unexpectedly: ${lastLogLine(files.log)} See its log: ${files.log}. Start again. If it stops again, start empty with -- --fresh.`,
    );
  });
  try {
    await Promise.race([
      ready(endpoint, options.signal),
      died.then((failure) => Promise.reject(failure)),
    ]);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint, port, pid: pidOf(child), died, stop };
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error("the process did not start");
  return child.pid;
}

/**
 * A clean environment: the emulator passes its own to every function, so it must not contain the
 * user's keys and AWS settings.
 */
function emulatorEnvironment(
  options: EmulatorOptions,
  port: number,
  endpoint: string,
): NodeJS.ProcessEnv {
  const { env, files } = options;
  const passedOn = ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "LANG"].flatMap((name) =>
    env[name] === undefined ? [] : [[name, env[name]] as const],
  );
  return {
    ...Object.fromEntries(passedOn),
    // Functions start as `node` from the PATH.
    PATH: pathWithNode(env),
    HOME: files.temporary,
    TMPDIR: files.temporary,
    STATE_DIR: files.state,
    S3_DATA_DIR: files.objects,
    PERSIST_STATE: "1",
    S3_PERSIST: "1",
    GATEWAY_PORT: String(port),
    BIND_HOST: "127.0.0.1",
    // The SDK compares the host of queue URLs with its endpoint and warns on every call if they
    // differ.
    MINISTACK_HOST: "127.0.0.1",
    AWS_ENDPOINT_URL: endpoint,
    // The default depends on the machine's memory.
    LAMBDA_ACCOUNT_CONCURRENCY: "1000",
    LAMBDA_WARM_TTL_SECONDS: String(options.warmSeconds ?? 10),
    // The default is port 8883.
    IOT_MTLS_ENABLED: "0",
    ...(options.enforceIam === true ? { AUTH: "true" } : {}),
    ...(options.waitScale === undefined ? {} : { SFN_WAIT_SCALE: String(options.waitScale) }),
  };
}

async function ready(endpoint: string, signal: AbortSignal | undefined): Promise<void> {
  const deadline = Date.now() + startSeconds * 1000;
  while (Date.now() < deadline) {
    signal?.throwIfAborted();
    const answer = await fetch(`${endpoint}/_ministack/ready`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new LocalFailure(`The emulator was not ready after ${startSeconds} s.`);
}

function lastLogLine(file: string): string {
  const lines = readFileSync(file, "utf8").trim().split("\n");
  return lines.at(-1) || "it printed nothing.";
}
