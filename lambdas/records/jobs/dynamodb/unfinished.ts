/** Notes of the attempts that have not ended: an item each, in one partition. */

import { unfinishedKey, unfinishedPk } from "../../../platform/dynamodb/item-keys.ts";
import type { Item, Table } from "../../../platform/dynamodb/table.ts";
import { type Attempt, attemptId, parseAttemptId } from "../attempt.ts";
import type { NotedAttempt } from "../job-store.ts";

export async function noteUnfinished(table: Table, attempt: Attempt, nowMs: number): Promise<void> {
  await table.put({ ...unfinishedKey(attemptId(attempt)), notedAtMs: nowMs });
}

/** The attempt's end is announced, which nothing takes back. */
export async function dropUnfinished(table: Table, attempt: Attempt): Promise<void> {
  await table.delete(unfinishedKey(attemptId(attempt)));
}

/**
 * A retry that died and one that comes after it note the same attempt:
 *
 *     A: note ── admit ── crash
 *     sweep:                    finds no such attempt ────────── forget: the note is not A's any more
 *     B:                                 note ── admit ── requeue
 */
export async function forgetUnfinished(table: Table, noted: NotedAttempt): Promise<void> {
  await table.delete(unfinishedKey(attemptId(noted)), {
    expression: "#notedAtMs = :notedAtMs",
    values: { notedAtMs: noted.notedAtMs },
  });
}

export async function listUnfinished(table: Table): Promise<NotedAttempt[]> {
  const noted: NotedAttempt[] = [];
  let after: Item | undefined;
  do {
    const page = await table.query({
      key: { expression: "#pk = :pk", values: { pk: unfinishedPk } },
      ...(after === undefined ? {} : { after }),
    });
    for (const item of page.items) {
      noted.push({
        ...parseAttemptId(String(item["sk"])),
        notedAtMs: Number(item["notedAtMs"]),
      });
    }
    after = page.last;
  } while (after !== undefined);
  return noted;
}
