import { sha256 } from "../../../lambdas/domain/keys.ts";
import type { Caller, KeyStore } from "../../../lambdas/ports/intake.ts";

export class MemoryKeyStore implements KeyStore {
  readonly #callers = new Map<string, Caller>();

  async callerOf(apiKey: string): Promise<Caller | undefined> {
    return this.#callers.get(sha256(apiKey));
  }

  async put(apiKey: string, caller: Caller): Promise<void> {
    this.#callers.set(sha256(apiKey), { ...caller });
  }
}
