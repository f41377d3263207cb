import type { Tallies } from "./tallies.ts";

/** What each tenant used, by month; written by `JobStore.markAnnounced`. */
export interface Ledger {
  /** @param month `2026-11`; empty for one in which nothing ended */
  read(tenant: string, month: string): Promise<Tallies>;
}
