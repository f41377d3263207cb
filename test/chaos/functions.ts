/** The sudden end of functions. */
import { setTimeout as sleep } from "node:timers/promises";
import {
  type FunctionProcess,
  functionProcesses,
} from "../support/deployment/function-processes.ts";

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
