import type { Tallies } from "./tallies.ts";

/** The totals of an attempt, added exactly once when its end is announced. */
export interface AttemptTotals {
  readonly tallies: Tallies;
  readonly tenant: string;
  /** The UTC month of the end, for example `2026-11`. */
  readonly month: string;
  /** Added to the tenant's ledger of the month. */
  readonly ledger: Tallies;
}
