import type { StoredRows } from "../../../lambdas/vectors/stored-rows/stored-rows.ts";

/** Rows that are there until a test loses them. */
export class MemoryStoredRows implements StoredRows {
  lost = false;

  areThere: StoredRows["areThere"] = () => Promise.resolve(!this.lost);
}
