/** The announcement of an attempt's end, with what the attempt adds up to: written together, or not at all. */

import type { AttemptTotals } from "../../../accounting/attempt-totals.ts";
import { additionTo } from "../../../accounting/dynamodb-additions.ts";
import type { Clock } from "../../../platform/clock.ts";
import { type Key, ledgerKey, talliesKey } from "../../../platform/dynamodb/item-keys.ts";
import type { ConditionalChange, Table } from "../../../platform/dynamodb/table.ts";
import type { Attempt } from "../attempt.ts";

/** Tries to write while others do; each at another shard. */
const maxTries = 6;

const waitMs = 40;

/**
 * The announcement and what it adds, as one transaction. Transactions that meet
 * at an item cancel each other, so the next try takes the next shard; a ledger
 * has no shards, and is met only by other ends of the same tenant.
 * @throws Error when others were in the way each time; nothing is written then
 */
export async function announceWith(
  table: Table,
  clock: Clock,
  { jobId, attempt }: Attempt,
  announcement: ConditionalChange & { readonly key: Key },
  { tallies, tenant, month, ledger }: AttemptTotals,
): Promise<"applied" | "refused"> {
  const first = spread(jobId);
  for (let tries = 0; tries < maxTries; tries++) {
    const written = await table.updateTogether([
      announcement,
      ...additionTo(talliesKey(first + tries, "ATTEMPTS"), tallies),
      ...additionTo(ledgerKey(tenant, month), ledger),
    ]);
    if (written !== "disturbed") return written;
    // No two jobs wait alike: those that met must not meet again.
    await clock.sleep(waitMs * (tries + 1) + (spread(jobId) % waitMs));
  }
  throw new Error(
    `The end of ${jobId}-${attempt} could not be counted: ${maxTries} times others wrote to the same items.`,
  );
}

/** The end of a ULID is random. */
function spread(jobId: string): number {
  return Buffer.from(jobId.slice(-4)).reduce((sum, letter) => sum * 31 + letter, 7);
}
