/** Additions to tallies and ledgers. */
import type { Key } from "../platform/dynamodb/item-keys.ts";
import type { ConditionalChange } from "../platform/dynamodb/table.ts";
import type { Tallies } from "./tallies.ts";

/** Adds to existing values; a missing attribute counts as 0. Returns nothing if there is nothing to add. */
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
