import type { Tallies } from "./tallies.ts";

/** The usage of each tenant by month; written by `JobStore.markAnnounced`. */
export interface Ledger {
  /** @param month for example `2026-11`; empty if no attempt ended in it */
  read(tenant: string, month: string): Promise<Tallies>;
}
