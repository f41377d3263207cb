import type { Tallies } from "./tallies.ts";

/** What is added up when an attempt's end is announced, exactly once. */
export interface AttemptTotals {
  readonly tallies: Tallies;
  readonly tenant: string;
  /** `2026-11`, of the end, in UTC. */
  readonly month: string;
  /** Added to the tenant's bill of the month. */
  readonly ledger: Tallies;
}
