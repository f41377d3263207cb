import {
  type ObjectLink,
  ObjectMissingError,
  type ObjectStore,
} from "../../../../lambdas/records/objects/objects.ts";

export class MemoryObjectStore implements ObjectStore {
  readonly #objects = new Map<string, Uint8Array>();

  async put(key: string, body: Uint8Array | string): Promise<void> {
    this.#objects.set(
      key,
      typeof body === "string" ? new TextEncoder().encode(body) : body.slice(),
    );
  }

  async get(key: string): Promise<Uint8Array> {
    const body = this.#objects.get(key);
    if (body === undefined) throw new ObjectMissingError(key);
    return body.slice();
  }

  async link(key: string, { filename }: ObjectLink): Promise<string> {
    await this.get(key);
    return `memory:${key}?${filename}`;
  }

  async removeAll(prefix: string): Promise<void> {
    for (const key of this.keys(prefix)) this.#objects.delete(key);
  }

  /** For tests: what is there. */
  keys(prefix = ""): string[] {
    return [...this.#objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  }
}
