/** The API key of this machine's user: created once and reused at the next start. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { issueKey } from "../ops/api-keys.ts";
import { localClient } from "../ops/aws-client-options.ts";
import type { Outputs } from "../ops/deployed-stack.ts";

export interface LaptopKeyOptions {
  readonly endpoint: string;
  readonly outputs: Outputs;
  /** The file that stores the key. */
  readonly folder: string;
}

export interface LaptopKey {
  readonly value: string;
  /** Whether an earlier start created it and its state still exists. */
  readonly found: boolean;
}

export async function laptopKey(options: LaptopKeyOptions): Promise<LaptopKey> {
  const { endpoint, outputs, folder } = options;
  const file = join(folder, "key");
  const known = readKey(file);
  if (known !== undefined && (await works(outputs.ApiUrl, known))) {
    return { value: known, found: true };
  }
  const caller = { tenant: "local", role: "operator" } as const;
  const { value } = await issueKey(localClient(endpoint), outputs, { name: "laptop", caller });
  writeFileSync(file, `${value}\n`, { mode: 0o600 });
  return { value, found: false };
}

/** The emulator loses keys with its state. */
async function works(apiUrl: string, key: string): Promise<boolean> {
  const answer = await fetch(`${apiUrl}/jobs?limit=1`, { headers: { "x-api-key": key } });
  await answer.body?.cancel();
  return answer.status !== 403;
}

function readKey(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim() || undefined;
  } catch {
    return undefined;
  }
}
