import type { JobAnswer } from "./calls/jobs.ts";

type Stage = JobAnswer["stages"]["metadata"];

/**
 * Whether a stage makes no progress because its model's calls fail: they are held back, or they are
 * repeated and none has succeeded for a while.
 */
export function isHeldUp({
  held_until: until,
  last_failure: failure,
}: Pick<Stage, "held_until" | "last_failure">): boolean {
  return until !== undefined || failure !== undefined;
}
