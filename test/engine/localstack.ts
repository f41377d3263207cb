/** A running LocalStack without Docker; see `engine.py`. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../lambdas/platform/environment.ts";
import { freePort } from "../../local/tcp-ports.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { killGroup } from "../../ops/processes.ts";

/** Its first start compiles some thousand Python files. */
const startMs = 180_000;

export interface LocalStack {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/**
 * On a free port of loopback, with an empty state that is removed when it stops.
 * @param waitScale waits of retriers last this much of what the definition says
 * @throws LocalFailure if it does not start; with the end of its log
 */
export async function startLocalStack(python: string, waitScale: number): Promise<LocalStack> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-localstack-"));
  const logFile = join(folder, "localstack.log");
  const log = openSync(logFile, "a");
  const port = await freePort();
  const child = spawn(python, [join(import.meta.dirname, "engine.py"), String(port)], {
    env: {
      ...environment,
      SFN_WAIT_SCALE: String(waitScale),
      TMPDIR: folder,
      XDG_CACHE_HOME: folder,
    },
    // It ends when its input does, however this process ended.
    stdio: ["pipe", log, log],
    detached: true,
  });
  closeSync(log);
  const stop = async () => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const endpoint = `http://127.0.0.1:${port}`;
  for (const until = Date.now() + startMs; ; await sleep(250)) {
    if (await isUp(endpoint)) return { endpoint, stop };
    if (child.exitCode === null && child.signalCode === null && Date.now() < until) continue;
    const lines = readFileSync(logFile, "utf8").trim().split("\n").slice(-15).join("\n");
    await stop();
    throw new LocalFailure(`LocalStack did not start:\n${lines}`);
  }
}

async function isUp(endpoint: string): Promise<boolean> {
  try {
    const { ok } = await fetch(`${endpoint}/_localstack/health`);
    return ok;
  } catch {
    return false; // not listening yet
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  killGroup(child, "SIGKILL");
  await exit;
}
