/** The emulator's function processes, and their sudden end. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

export interface FunctionProcess {
  readonly pid: number;
  readonly name: string;
}

/** @param port the emulator's: others may run beside it */
export function functionProcesses(port: string): FunctionProcess[] {
  return readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        if (!command.includes(`ministack-provided-code-${port}`)) return [];
        const environ = readFileSync(`/proc/${pid}/environ`, "utf8");
        const name = /(?:^|\0)AWS_LAMBDA_FUNCTION_NAME=([^\0]*)/.exec(environ)?.[1] ?? "";
        return [{ pid: Number(pid), name }];
      } catch {
        return []; // it has ended meanwhile
      }
    });
}

export interface Kill extends FunctionProcess {
  readonly atMs: number;
}

/**
 * `kill -9` of a function process, chosen by `random`, every so often until
 * the signal says so. Functions that serve the test's own requests are spared:
 * a client retries those, and what shall be seen is what the pipeline does.
 */
export async function killEvery(
  periodMs: number,
  options: {
    readonly port: string;
    readonly spare: RegExp;
    readonly random: () => number;
    readonly signal: AbortSignal;
  },
): Promise<Kill[]> {
  const kills: Kill[] = [];
  while (!options.signal.aborted) {
    await sleep(periodMs);
    const victims = functionProcesses(options.port).filter(({ name }) => !options.spare.test(name));
    const victim = victims[Math.floor(options.random() * victims.length)];
    if (victim === undefined) continue;
    try {
      process.kill(victim.pid, "SIGKILL");
      kills.push({ ...victim, atMs: Date.now() });
    } catch {
      // It ended by itself in this moment.
    }
  }
  return kills;
}
