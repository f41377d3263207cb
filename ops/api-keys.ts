/** API keys: the app stores their hash; the gateway holds the key and its usage plan. */
import { randomBytes } from "node:crypto";
import {
  APIGatewayClient,
  type ApiKey,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  paginateGetApiKeys,
  paginateGetUsagePlanKeys,
} from "@aws-sdk/client-api-gateway";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { apiKeyKey } from "../lambdas/platform/dynamodb/item-keys.ts";
import { Table } from "../lambdas/platform/dynamodb/table.ts";
import type { Caller } from "../lambdas/records/api-keys/api-keys.ts";
import { DynamoKeyStore } from "../lambdas/records/api-keys/dynamodb-key-store.ts";
import type { AwsClientOptions } from "./aws-client-options.ts";
import type { Outputs } from "./deployed-stack.ts";

type Plan = Pick<Outputs, "TableName" | "UsagePlanId">;

/** A key for display, without its value. */
export interface IssuedKey {
  /** The id of the key in API Gateway. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** Missing if the app does not know the key and therefore refuses it. */
  readonly caller?: Caller;
}

/**
 * Creates a key for a caller. Its value is returned only here; nothing stores it.
 * @param key `name` appears in the list of keys
 */
export async function issueKey(
  reach: AwsClientOptions,
  { TableName, UsagePlanId }: Plan,
  key: { readonly name: string; readonly caller: Caller },
): Promise<{ readonly id: string; readonly value: string }> {
  // 240 random bits. The prefix lets scanners recognise leaked keys.
  const value = `sluice_${randomBytes(30).toString("base64url")}`;
  const table = new DynamoDBClient(reach);
  const gateway = new APIGatewayClient(reach);
  try {
    // The app learns the key's owner first, so the gateway never admits a key that the app does not
    // know.
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
    return { id: made.id ?? "", value };
  } finally {
    table.destroy();
    gateway.destroy();
  }
}

/** The keys of the stack's plan, oldest first. The account may hold other keys. */
export function listKeys(reach: AwsClientOptions, plan: Plan): Promise<IssuedKey[]> {
  return withKeys(reach, plan, async (keys, { table }) => {
    const store = new DynamoKeyStore(table, plan.TableName);
    const issued: IssuedKey[] = [];
    for (const { id = "", name = "", value = "", createdDate } of keys) {
      const caller = await store.callerOf(value);
      issued.push({
        id,
        name,
        ...(createdDate === undefined ? {} : { createdAt: createdDate.toISOString() }),
        ...(caller === undefined ? {} : { caller }),
      });
    }
    return issued;
  });
}

/**
 * Revokes a key. The next request with it is refused.
 * @param which the key's id, or a name that no other key has
 * @param spared the value of a key that is not revoked @default none
 * @returns the matching keys; the key is revoked if there is exactly one, and it is not spared
 */
export function revokeKey(
  reach: AwsClientOptions,
  plan: Plan,
  which: string,
  spared?: string,
): Promise<readonly MeantKey[]> {
  return withKeys(reach, plan, async (keys, { table, gateway }) => {
    const byId = keys.filter(({ id }) => id === which);
    const meant = byId.length > 0 ? byId : keys.filter(({ name }) => name === which);
    const [key, other] = meant;
    if (key?.value !== undefined && key.value !== spared && other === undefined) {
      // The app forgets the key first, because the gateway may still admit it for a while.
      await new Table(table, plan.TableName).delete(apiKeyKey(key.value));
      await gateway.send(new DeleteApiKeyCommand({ apiKey: key.id }));
    }
    return meant.map(({ id = "", name = "", value }) => ({
      id,
      name,
      spared: value !== undefined && value === spared,
    }));
  });
}

interface MeantKey extends Pick<IssuedKey, "id" | "name"> {
  readonly spared: boolean;
}

interface Clients {
  readonly table: DynamoDBClient;
  readonly gateway: APIGatewayClient;
}

/** Keys with their values: the app knows a key by the hash of its value. */
async function withKeys<T>(
  reach: AwsClientOptions,
  { UsagePlanId: usagePlanId }: Plan,
  work: (keys: readonly ApiKey[], clients: Clients) => Promise<T>,
): Promise<T> {
  const clients = { table: new DynamoDBClient(reach), gateway: new APIGatewayClient(reach) };
  const client = clients.gateway;
  try {
    const onPlan = new Set<string | undefined>();
    for await (const page of paginateGetUsagePlanKeys({ client }, { usagePlanId })) {
      for (const { id } of page.items ?? []) onPlan.add(id);
    }
    const keys: ApiKey[] = [];
    for await (const page of paginateGetApiKeys({ client }, { includeValues: true })) {
      keys.push(...(page.items ?? []).filter(({ id }) => onPlan.has(id)));
    }
    const madeAt = ({ createdDate }: ApiKey) => createdDate?.getTime() ?? 0;
    return await work(
      keys.toSorted((a, b) => madeAt(a) - madeAt(b)),
      clients,
    );
  } finally {
    clients.table.destroy();
    clients.gateway.destroy();
  }
}
