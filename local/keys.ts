/** API keys: known to the app by their hash, made at the gateway, put on its usage plan. */
import { randomBytes } from "node:crypto";
import {
  APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
} from "@aws-sdk/client-api-gateway";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoKeyStore } from "../lambdas/adapters/aws/dynamodb/key-store.ts";
import type { Caller } from "../lambdas/ports/intake.ts";
import type { Reach } from "./endpoint.ts";
import type { Outputs } from "./outputs.ts";

/**
 * Makes a key for a caller. Its value is kept nowhere: this is the one time it
 * is seen.
 * @param key `name` is what a person sees in the list of keys.
 */
export async function issueKey(
  reach: Reach,
  { TableName, UsagePlanId }: Pick<Outputs, "TableName" | "UsagePlanId">,
  key: { readonly name: string; readonly caller: Caller },
): Promise<string> {
  // 240 random bits; by the prefix, scanners for leaked keys recognise one.
  const value = `sluice_${randomBytes(30).toString("base64url")}`;
  const table = new DynamoDBClient(reach);
  const gateway = new APIGatewayClient(reach);
  try {
    // First whose it is: so the gateway never lets through a key that the app does not know.
    await new DynamoKeyStore(table, TableName).put(value, key.caller);
    const made = await gateway.send(
      new CreateApiKeyCommand({ name: key.name, value, enabled: true }),
    );
    await gateway.send(
      new CreateUsagePlanKeyCommand({
        usagePlanId: UsagePlanId,
        keyId: made.id,
        keyType: "API_KEY",
      }),
    );
    return value;
  } finally {
    table.destroy();
    gateway.destroy();
  }
}
