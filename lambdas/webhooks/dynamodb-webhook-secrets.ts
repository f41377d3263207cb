import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { webhookSecretKey } from "../platform/dynamodb/item-keys.ts";
import { type ItemFormat, readItem } from "../platform/dynamodb/stored-item.ts";
import { type Item, Table } from "../platform/dynamodb/table.ts";
import type { WebhookSecret, WebhookSecrets } from "./secrets.ts";

const format: ItemFormat<WebhookSecret> = {
  schema: z.object({
    secret: z.string().min(1),
    previous: z.string().exactOptional(),
    previousUntilMs: z.number().exactOptional(),
  } satisfies Record<keyof WebhookSecret, z.ZodType>),
  upgrades: [],
};

export class DynamoWebhookSecrets implements WebhookSecrets {
  readonly #table: Table;
  readonly #fresh: () => string;

  /** @param fresh makes a secret */
  constructor(client: DynamoDBClient, tableName: string, fresh: () => string) {
    this.#table = new Table(client, tableName);
    this.#fresh = fresh;
  }

  async of(tenant: string): Promise<WebhookSecret> {
    const key = webhookSecretKey(tenant);
    const found = await this.#table.get(key);
    if (found !== undefined) return secretOf(tenant, found);
    // Of two who make the first secret at once, one wins, and both answer that one.
    const update = "SET #secret = if_not_exists(#secret, :secret)";
    return secretOf(
      tenant,
      await this.#table.update(key, { update, values: { secret: this.#fresh() } }),
    );
  }

  async rotate(tenant: string, previousUntilMs: number): Promise<WebhookSecret> {
    await this.of(tenant);
    const item = await this.#table.update(webhookSecretKey(tenant), {
      update: "SET #previous = #secret, #secret = :secret, #previousUntilMs = :until",
      values: { secret: this.#fresh(), until: previousUntilMs },
    });
    return secretOf(tenant, item);
  }
}

function secretOf(tenant: string, item: Item): WebhookSecret {
  return readItem(`Webhook secret of ${tenant}`, item, format);
}
