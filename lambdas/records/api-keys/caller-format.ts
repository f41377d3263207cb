import * as z from "zod";
import type { ItemFormat } from "../../platform/dynamodb/stored-item.ts";
import type { Item } from "../../platform/dynamodb/table.ts";
import type { Caller } from "./api-keys.ts";

const schema = z.object({
  tenant: z.string().min(1),
  // Anything but the one word leaves a caller with the lesser rights.
  role: z.enum(["operator", "tenant"]).catch("tenant"),
} satisfies Record<keyof Caller, z.ZodType>);

/** Version 1 has no `schemaVersion`. */
export const callerFormat: ItemFormat<Caller> = { schema, upgrades: [(item: Item) => item] };
