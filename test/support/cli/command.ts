/** Runs a command of this repository as its user does: as a process, seen only from outside. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { environment } from "../../../lambdas/platform/environment.ts";
import { repository, venvFolder } from "../../../ops/paths.ts";

export interface Command {
  readonly process: ChildProcess;
  /** All that it has said so far. */
  output(): string;
  /** @throws if it ends, or the time passes, before it says so. */
  says(words: string, patienceMs?: number): Promise<void>;
  /** Its exit status; `null` when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export interface CommandOptions {
  /** Added to the environment; `undefined` takes a variable out. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

export function runCommand(script: string, args: string[], options: CommandOptions): Command {
  const child = spawn(process.execPath, [script, ...args], {
    cwd: repository,
    env: { ...environment, AWS_ENDPOINT_URL: undefined, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let heard = "";
  let over = false;
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (piece: string) => (heard += piece));
  }
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve)).finally(
    () => {
      over = true;
    },
  );
  const says = async (words: string, patienceMs = 120_000) => {
    const deadline = Date.now() + patienceMs;
    while (!heard.includes(words)) {
      if (over || Date.now() > deadline) throw new Error(`It never said "${words}":\n${heard}`);
      await sleep(50);
    }
  };
  return { process: child, output: () => heard, says, ended };
}

/** A `.sluice` folder of a test's own, with the emulator installed, and the processes that use it. */
export class LocalFolder {
  readonly path = mkdtempSync(join(tmpdir(), "sluice-command-"));

  /** Saves the installation, which has a test of its own. */
  withEmulator(): this {
    mkdirSync(this.path, { recursive: true });
    symlinkSync(venvFolder, join(this.path, "venv"));
    return this;
  }

  /**
   * Living processes that have this folder in their environment or command:
   * the command, the emulator, its functions, CDK. The test's own not counted.
   */
  processes(): string[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .flatMap((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
          const about = command + readFileSync(`/proc/${pid}/environ`, "utf8");
          // A zombie, waiting only for its parent to look, has neither.
          return about.includes(this.path) ? [`${pid} ${command.replaceAll("\0", " ")}`] : [];
        } catch {
          return [];
        }
      });
  }

  /** Those still alive when the time is over; none as soon as all have ended. */
  async leftAfter(patienceMs: number): Promise<string[]> {
    const deadline = Date.now() + patienceMs;
    while (this.processes().length > 0 && Date.now() < deadline) await sleep(100);
    return this.processes();
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
