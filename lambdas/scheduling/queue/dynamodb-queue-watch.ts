import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { queueWatchKey } from "../../platform/dynamodb/item-keys.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import type { QueueWatch } from "./queue-watch.ts";
import type { QueueObservation } from "./stall.ts";

export class DynamoQueueWatch implements QueueWatch {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async last(): Promise<QueueObservation | undefined> {
    const item = await this.#table.get(queueWatchKey);
    if (item === undefined) return undefined;
    const { pk: _pk, sk: _sk, ...observation } = item;
    return observation as unknown as QueueObservation;
  }

  async keep(observation: QueueObservation): Promise<void> {
    await this.#table.put({ ...queueWatchKey, ...observation });
  }
}
