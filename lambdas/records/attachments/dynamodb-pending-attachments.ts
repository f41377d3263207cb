import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { attachmentsKey, attachmentsPk } from "../../platform/dynamodb/item-keys.ts";
import { type Item, Table } from "../../platform/dynamodb/table.ts";
import type { PendingAttachments } from "./pending-attachments.ts";

/** An item for each job, in one partition, as sweep reads all of them. */
export class DynamoPendingAttachments implements PendingAttachments {
  readonly #table: Table;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  async note(jobId: string): Promise<void> {
    await this.#table.put({ ...attachmentsKey(jobId) });
  }

  async list(): Promise<readonly string[]> {
    const jobIds: string[] = [];
    let after: Item | undefined;
    do {
      const page = await this.#table.query({
        key: { expression: "#pk = :pk", values: { pk: attachmentsPk } },
        ...(after === undefined ? {} : { after }),
      });
      jobIds.push(...page.items.map((item) => String(item["sk"])));
      after = page.last;
    } while (after !== undefined);
    return jobIds;
  }

  async forget(jobId: string): Promise<void> {
    await this.#table.delete(attachmentsKey(jobId));
  }
}
