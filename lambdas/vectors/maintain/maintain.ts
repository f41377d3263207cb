import type { Clock } from "../../platform/clock.ts";
import { StoreConflictError } from "../../records/documents/store-conflict.ts";
import { maintainBudgetMs } from "../limits.ts";
import type { VectorStore } from "../vector-store.ts";

/**
 * Keeps searches fast. Each publish leaves small files, a version and rows
 * outside the text index; a search finds them all, but reads every one. The
 * store says when they are many enough to be worth a merge. A lost race
 * against a publish is no fault: the next run tries again.
 */
export async function maintain(ports: {
  readonly vectors: VectorStore;
  readonly clock: Clock;
}): Promise<"done" | "postponed"> {
  try {
    await ports.vectors.maintain({ nowMs: ports.clock.now(), budgetMs: maintainBudgetMs });
    return "done";
  } catch (error) {
    if (error instanceof StoreConflictError) return "postponed";
    throw error;
  }
}
