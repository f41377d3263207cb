/** Tallies and ledgers: written with an attempt's announcement, or not at all. */
import type { Account } from "../../../domain/account.ts";
import type { Attempt } from "../../../domain/job.ts";
import type { Tallies } from "../../../domain/tallies.ts";
import type { Clock } from "../../../ports/clock.ts";
import { type Key, ledgerKey, talliesKey } from "./keys.ts";
import type { ConditionalChange, Table } from "./table.ts";

/** Tries to write while others do; each at another shard. */
const maxTries = 6;
const waitMs = 40;

/**
 * The announcement and what it adds, as one transaction. Transactions that meet
 * at an item cancel each other, so the next try takes the next shard; a ledger
 * has no shards, and is met only by other ends of the same tenant.
 * @throws Error when others were in the way each time; nothing is written then
 */
export async function writeAccount(
  table: Table,
  clock: Clock,
  { jobId, attempt }: Attempt,
  announcement: ConditionalChange & { readonly key: Key },
  { tallies, tenant, month, ledger }: Account,
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

/** Adds to what is there; an attribute that is not counts as 0. Nothing for nothing. */
export function additionTo(
  key: Key,
  tallies: Tallies,
): (ConditionalChange & { readonly key: Key })[] {
  const entries = Object.entries(tallies).filter(([, value]) => value !== 0);
  if (entries.length === 0) return [];
  return [
    {
      key,
      update: `ADD ${entries.map((_, i) => `#s${i} :s${i}`).join(", ")}`,
      values: Object.fromEntries(entries.map(([, value], i) => [`s${i}`, value])),
      names: Object.fromEntries(entries.map(([series], i) => [`s${i}`, series])),
      conditions: [],
    },
  ];
}

/** The end of a ULID is random. */
function spread(jobId: string): number {
  return Buffer.from(jobId.slice(-4)).reduce((sum, letter) => sum * 31 + letter, 7);
}
