import { sha256 } from "../../../../lambdas/platform/sha256.ts";
import type { Caller, KeyStore } from "../../../../lambdas/records/api-keys/api-keys.ts";

export class MemoryKeyStore implements KeyStore {
  readonly #callers = new Map<string, Caller>();

  async callerOf(apiKey: string): Promise<Caller | undefined> {
    return this.#callers.get(sha256(apiKey));
  }

  async put(apiKey: string, caller: Caller): Promise<void> {
    this.#callers.set(sha256(apiKey), { ...caller });
  }
}
