import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";

/** Pages of memory on Linux for x86_64 and, by default, arm64. */
const pageBytes = 4_096;
const lookEveryMs = 25;

/**
 * Calls `exceeded` once when a process holds more memory than it may. Native
 * code is not bound by the heap's limit. Where there is no `/proc`, on other
 * systems than Linux, only that limit holds.
 * @returns a function that ends the watch.
 */
export function watchMemory(
  child: ChildProcess,
  maxBytes: number,
  exceeded: () => void,
): () => void {
  const timer = setInterval(() => {
    const resident = residentBytes(child.pid);
    if (resident === undefined || resident <= maxBytes) return;
    clearInterval(timer);
    exceeded();
  }, lookEveryMs);
  return () => clearInterval(timer);
}

function residentBytes(pid: number | undefined): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
  } catch {
    return undefined;
  }
}
