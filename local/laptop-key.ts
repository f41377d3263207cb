/** The key of the person at this machine: made once, and found again at the next start. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import type { KeyStore } from "../lambdas/ports/intake.ts";

import { localClient } from "./endpoint.ts";
import { makeKey, newKeyValue } from "./keys.ts";
import type { Outputs } from "./outputs.ts";

export interface LaptopKeyOptions {
  readonly endpoint: string;
  readonly outputs: Outputs;
  readonly keys: KeyStore;
  /** Of the API, to try the key on. */
  readonly apiUrl: string;
  /** Where the key is kept. */
  readonly folder: string;
}

export async function laptopKey(options: LaptopKeyOptions): Promise<string> {
  const file = join(options.folder, "key");
  const known = readKey(file);
  if (known !== undefined && (await works(options.apiUrl, known))) return known;
  const value = newKeyValue();
  const apiGateway = new APIGatewayClient(localClient(options.endpoint));
  try {
    const making = {
      apiGateway,
      keys: options.keys,
      usagePlanId: options.outputs.UsagePlanId,
    };
    const caller = { tenant: "local", role: "operator" } as const;
    await makeKey(making, { value, name: "laptop", caller });
  } finally {
    apiGateway.destroy();
  }
  writeFileSync(file, `${value}\n`, { mode: 0o600 });
  return value;
}

/** The emulator forgets keys with its state. */
async function works(apiUrl: string, key: string): Promise<boolean> {
  const answer = await fetch(`${apiUrl}/jobs?limit=1`, { headers: { "x-api-key": key } });
  await answer.body?.cancel();
  return answer.ok;
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
