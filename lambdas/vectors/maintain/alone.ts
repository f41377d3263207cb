import type { Leases } from "../../records/leases/leases.ts";
import { maintainLease } from "../limits.ts";

/**
 * Does the work unless another run does. A schedule may deliver twice, and two merges of the same
 * files would undo each other's work.
 */
export async function alone<T>(
  runId: string,
  leases: Leases,
  work: () => Promise<T>,
): Promise<T | "running elsewhere"> {
  const { name, leaseMs } = maintainLease;
  if ((await leases.acquire(name, runId, leaseMs)) === "busy") return "running elsewhere";
  try {
    return await work();
  } finally {
    await leases.release(name, runId);
  }
}
