import type { Clock } from "../../platform/clock.ts";
import type { Bookmarks } from "../../records/bookmarks/bookmarks.ts";
import { maintainBudgetMs } from "../limits.ts";
import type { VectorStore } from "../vector-store.ts";

const bookmark = "vector-upkeep";

/**
 * Keeps searches fast. Each publish leaves small files, a version and rows
 * outside the text index; a search finds them all, but reads every one. The
 * store says when they are many enough to be worth a merge. With more tenants
 * than one run has time for, runs take turns through all of them: each begins
 * after the last one that the run before came to.
 * @returns at how many collections a publish came first; their next turn tries again
 * @throws AggregateError if collections could not be kept up; the others were, and the round goes on
 */
export async function maintain(ports: {
  readonly vectors: VectorStore;
  readonly bookmarks: Bookmarks;
  readonly clock: Clock;
}): Promise<{ readonly postponed: number }> {
  const { vectors, bookmarks, clock } = ports;
  const begun = await bookmarks.read(bookmark);
  const { after, postponed, failures } = await vectors.maintain({
    nowMs: clock.now(),
    budgetMs: maintainBudgetMs,
    ...(begun === undefined ? {} : { after: begun }),
  });
  if (after !== undefined && after !== begun) await bookmarks.write(bookmark, after);
  if (failures.length > 0) {
    throw new AggregateError(
      failures,
      `Collections that could not be kept up: ${failures.length}. The first: ${String(failures[0])}`,
    );
  }
  return { postponed };
}
