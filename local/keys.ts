/** API keys: made at the gateway, put on its usage plan, and known to the app by their hash. */

import { randomBytes } from "node:crypto";
import {
  type APIGatewayClient,
  CreateApiKeyCommand,
  CreateUsagePlanKeyCommand,
} from "@aws-sdk/client-api-gateway";
import type { Caller, KeyStore } from "../lambdas/ports/intake.ts";

export interface KeyMaking {
  readonly apiGateway: APIGatewayClient;
  readonly keys: KeyStore;
  /** Output `UsagePlanId` of the stack: rate, burst and daily quota of its keys. */
  readonly usagePlanId: string;
}

/**
 * Makes a key for a caller.
 * Whose it is is written first: a key that the gateway lets through is never
 * unknown to the app.
 */
export async function makeKey(
  { apiGateway, keys, usagePlanId }: KeyMaking,
  key: { readonly value: string; readonly name: string; readonly caller: Caller },
): Promise<void> {
  await keys.put(key.value, key.caller);
  const { name, value } = key;
  const made = await apiGateway.send(new CreateApiKeyCommand({ name, value, enabled: true }));
  const onPlan = { usagePlanId, keyId: made.id, keyType: "API_KEY" };
  await apiGateway.send(new CreateUsagePlanKeyCommand(onPlan));
}

/** 240 random bits; the prefix lets scanners for leaked keys recognise one. */
export function newKeyValue(): string {
  return `sluice_${randomBytes(30).toString("base64url")}`;
}
