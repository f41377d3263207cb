/** How busy the machine is while something is measured on it: its functions are processes of their own. */
import { cpus } from "node:os";

/** Milliseconds of all cores since the machine started. */
function coreTimes(): { readonly idleMs: number; readonly allMs: number } {
  const times = cpus().map((core) => core.times);
  const idleMs = times.reduce((sum, { idle }) => sum + idle, 0);
  const allMs = times.reduce(
    (sum, { user, nice, sys, idle, irq }) => sum + user + nice + sys + idle + irq,
    0,
  );
  return { idleMs, allMs };
}

/** @returns a function that answers the share of core time that nobody used since then */
export function watchIdleTime(): () => number {
  const from = coreTimes();
  return () => {
    const to = coreTimes();
    return (to.idleMs - from.idleMs) / Math.max(1, to.allMs - from.allMs);
  };
}
