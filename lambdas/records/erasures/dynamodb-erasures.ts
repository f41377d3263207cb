import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { erasureKey, erasurePk } from "../../platform/dynamodb/item-keys.ts";
import { Table } from "../../platform/dynamodb/table.ts";
import { erasureFormat } from "./erasure-format.ts";
import type { Erasure, Erasures } from "./erasures.ts";

export class DynamoErasures implements Erasures {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async ask(erasure: Erasure): Promise<void> {
    await this.#table.put({ ...keyOf(erasure), ...erasure });
  }

  async pending(limit: number, after?: Erasure): Promise<readonly Erasure[]> {
    const { items } = await this.#table.query({
      key:
        after === undefined
          ? { expression: "#pk = :pk", values: { pk: erasurePk } }
          : {
              expression: "#pk = :pk AND #sk > :after",
              values: { pk: erasurePk, after: keyOf(after).sk },
            },
      pageItems: limit,
    });
    return items.map((item) => erasureFormat.parse(item));
  }

  async done(erasure: Erasure): Promise<void> {
    await this.#table.delete(keyOf(erasure), {
      expression: "#version = :version",
      values: { version: erasure.version },
    });
  }
}

function keyOf({ tenant, documentId }: Erasure) {
  return erasureKey(tenant, documentId);
}
