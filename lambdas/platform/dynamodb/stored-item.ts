/**
 * Reads items by a schema. An item may come from another version of the code, or from a person,
 * and a field of the wrong type would otherwise fail far from here, or not at all.
 */
import type * as z from "zod";
import { inPlainWords } from "../../contract/validation-messages.ts";
import type { Item } from "./table.ts";

/** A stored item does not fit its schema. */
export class StoredItemError extends Error {
  override readonly name = "StoredItemError";
}

export interface ItemFormat<Output> {
  readonly schema: z.ZodType<Output>;
  /**
   * Turns an item of each earlier version into one of the next: `[0]` those of version 1.
   * The current version is one more than there are upgrades. Raise it only for a change that the
   * code before cannot read: while a deployment runs, the code before still reads new items.
   */
  readonly upgrades: readonly ((item: Item) => Item)[];
}

/** What new items carry as `schemaVersion`. */
export function schemaVersionOf({ upgrades }: ItemFormat<unknown>): number {
  return upgrades.length + 1;
}

/**
 * Upgrades the item and parses it. An item without `schemaVersion` is of version 1.
 * @param name of the item in the error, such as `Job 01JH…`
 * @throws StoredItemError that names the item and each field that does not fit
 */
export function readItem<Output>(name: string, item: Item, format: ItemFormat<Output>): Output {
  const parsed = format.schema.safeParse(upgraded(name, item, format), { error: inPlainWords });
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new StoredItemError(
    `${name} cannot be read: ${fields.join("; ")}. Correct the item in the table, or deploy the version of Sluice that wrote it.`,
  );
}

function upgraded(name: string, item: Item, format: ItemFormat<unknown>): Item {
  const version = item["schemaVersion"] ?? 1;
  const current = schemaVersionOf(format);
  if (typeof version !== "number" || !Number.isInteger(version) || version < 1) {
    throw new StoredItemError(
      `${name} cannot be read: its schemaVersion is ${JSON.stringify(version)}, not a whole number from 1. Correct the item in the table.`,
    );
  }
  if (version > current) {
    throw new StoredItemError(
      `${name} cannot be read: its schemaVersion is ${version}, and this code reads up to ${current}. Deploy the version of Sluice that wrote it.`,
    );
  }
  return format.upgrades.slice(version - 1).reduce((given, upgrade) => upgrade(given), item);
}
