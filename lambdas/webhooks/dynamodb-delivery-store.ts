import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { deliveryStatuses, webhookTypes } from "../contract/calls/webhooks.ts";
import { retentionDays } from "../contract/retention.ts";
import { cursorAfter, readCursor } from "../platform/dynamodb/cursor.ts";
import { deliveryKey, deliveryPrefix, webhooksPk } from "../platform/dynamodb/item-keys.ts";
import { listPage } from "../platform/dynamodb/listing.ts";
import { type ItemFormat, readItem, schemaVersionOf } from "../platform/dynamodb/stored-item.ts";
import { type Item, Table } from "../platform/dynamodb/table.ts";
import type { Delivery, DeliveryProgress, DeliveryRef } from "./delivery.ts";
import type { DeliveryPage, DeliveryQuery, DeliveryStore } from "./delivery-store.ts";

const time = z.iso.datetime("must be a time such as 2026-01-01T00:00:00.000Z");
const count = z.int().min(0);

const format: ItemFormat<Delivery> = {
  schema: z.object({
    tenant: z.string(),
    deliveryId: z.string().min(1),
    type: z.enum(webhookTypes),
    jobId: z.string().min(1),
    documentId: z.string().min(1),
    url: z.string().min(1),
    payload: z.string(),
    status: z.enum(deliveryStatuses),
    attempts: count,
    tries: count,
    createdAt: time,
    lastAttemptAt: time.exactOptional(),
    nextAttemptAt: time.exactOptional(),
    deliveredAt: time.exactOptional(),
    lastError: z.string().exactOptional(),
  } satisfies Record<keyof Delivery, z.ZodType>),
  upgrades: [],
};

const listing = "deliveries";
/** Removed by an attempt that does not set them. */
const optionalFields = ["lastAttemptAt", "nextAttemptAt", "deliveredAt", "lastError"] as const;

/** Deliveries beside the tenant's documents, in the order of their jobs' ids, which is that of time. */
export class DynamoDeliveryStore implements DeliveryStore {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async create(delivery: Delivery): Promise<void> {
    const expiresAt = Date.parse(delivery.createdAt) / 1_000 + retentionDays * 86_400;
    await this.#table.put(
      {
        ...deliveryKey(delivery),
        ...delivery,
        schemaVersion: schemaVersionOf(format),
        expiresAt: Math.ceil(expiresAt),
      },
      { expression: "attribute_not_exists(#deliveryId)" },
    );
  }

  async read(delivery: DeliveryRef): Promise<Delivery | undefined> {
    const item = await this.#table.get(deliveryKey(delivery));
    return item === undefined ? undefined : deliveryOf(item);
  }

  async record(
    delivery: DeliveryRef,
    after: number,
    { status, attempts, tries, ...optional }: DeliveryProgress,
  ): Promise<"recorded" | "refused"> {
    const set = optionalFields.filter((field) => optional[field] !== undefined);
    const removed = optionalFields.filter((field) => optional[field] === undefined);
    const assignments = ["status", "attempts", "tries", ...set].map(
      (name) => `#${name} = :${name}`,
    );
    const removal = removed.length === 0 ? "" : ` REMOVE ${removed.map((f) => `#${f}`).join(", ")}`;
    const written = await this.#table.updateIf(deliveryKey(delivery), {
      update: `SET ${assignments.join(", ")}${removal}`,
      values: { status, attempts, tries, ...optional },
      conditions: [{ expression: "#attempts = :after", values: { after } }],
    });
    return written.applied ? "recorded" : "refused";
  }

  async list(tenant: string, { limit, status, cursor }: DeliveryQuery): Promise<DeliveryPage> {
    const { items, resumeAfter } = await listPage(
      this.#table,
      {
        key: {
          expression: "#pk = :pk AND begins_with(#sk, :prefix)",
          values: { pk: webhooksPk(tenant), prefix: deliveryPrefix },
        },
        newestFirst: true,
        ...(status && { filter: { expression: "#status = :status", values: { status } } }),
        ...(cursor !== undefined && {
          after: {
            ...deliveryKey({ tenant, deliveryId: readCursor(tenant, listing, cursor) }),
          },
        }),
      },
      limit,
      () => true,
    );
    const deliveries = items.map(deliveryOf);
    if (resumeAfter === undefined) return { deliveries };
    const last = String(resumeAfter["sk"]).slice(deliveryPrefix.length);
    return { deliveries, nextCursor: cursorAfter(tenant, listing, last) };
  }
}

function deliveryOf(item: Item): Delivery {
  return readItem(`Delivery ${String(item["deliveryId"])}`, item, format);
}
