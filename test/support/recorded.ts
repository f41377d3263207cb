/**
 * Items as the adapters of commit a71c84a wrote them, the last before items carried
 * `schemaVersion`, and the values that the code of then read from them. They are never
 * written anew: deployments hold such items.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

export interface Recorded<Read> {
  readonly name: string;
  readonly item: Record<string, AttributeValue>;
  readonly read: Read;
}

const folder = join(import.meta.dirname, "../contracts/records/recorded");

/** @param kind the name of a file, without `.jsonl` */
export function recorded<Read = unknown>(kind: string): readonly Recorded<Read>[] {
  const lines = readFileSync(join(folder, `${kind}.jsonl`), "utf8").trim();
  return lines.split("\n").map((line) => JSON.parse(line) as Recorded<Read>);
}

export async function putRecorded(
  client: DynamoDBClient,
  TableName: string,
  kind: string,
): Promise<void> {
  for (const { item } of recorded(kind)) {
    await client.send(new PutItemCommand({ TableName, Item: item }));
  }
}
