import type { Clock } from "../../../../lambdas/platform/clock.ts";
import { sha256 } from "../../../../lambdas/platform/sha256.ts";
import { systemClock } from "../../../../lambdas/platform/system-clock.ts";
import type { ObjectStore } from "../../../../lambdas/records/objects/objects.ts";
import {
  type FoundObject,
  type ListedObject,
  ObjectChangedError,
  type SourceBucket,
} from "../../../../lambdas/sources/bucket.ts";
import { byBytes } from "./record-store.ts";

interface Kept {
  readonly text: string;
  readonly modifiedMs: number;
  readonly tags: Readonly<Record<string, string>>;
}

/** A user's bucket; the same content has the same etag, as in S3. */
export class MemoryBucket implements SourceBucket {
  readonly #objects = new Map<string, Kept>();
  readonly #target: ObjectStore;
  readonly #pageSize: number;
  /** Refuses to give out objects. */
  denies = false;
  /** Somebody has deleted it. */
  isGone = false;

  /** Keys that must be restored before they can be read. */
  readonly archived = new Set<string>();
  readonly #clock: Clock;

  constructor(target: ObjectStore, pageSize = 1_000, clock: Clock = systemClock) {
    this.#target = target;
    this.#pageSize = pageSize;
    this.#clock = clock;
  }

  put(key: string, text: string, tags: Readonly<Record<string, string>> = {}): void {
    const modifiedMs = Math.floor(this.#clock.now() / 1_000) * 1_000;
    this.#objects.set(key, { text, tags, modifiedMs });
  }

  delete(key: string): void {
    this.#objects.delete(key);
  }

  textOf(key: string): string | undefined {
    return this.#objects.get(key)?.text;
  }

  keys(): string[] {
    return [...this.#objects.keys()].toSorted(byBytes);
  }

  async look(key: string): Promise<FoundObject | undefined> {
    if (this.isGone) throw new Error("NoSuchBucket");
    const found = this.#objects.get(key);
    const archived = this.archived.has(key);
    return found && { ...seenOf(found), contentType: "binary/octet-stream", archived };
  }

  async list(
    prefix: string,
    after: string,
  ): Promise<{ objects: readonly ListedObject[]; more: boolean }> {
    const following = this.keys().filter(
      (key) => key.startsWith(prefix) && byBytes(key, after) > 0,
    );
    const objects = following
      .slice(0, this.#pageSize)
      .map((key) => ({ key, ...seenOf(this.#objects.get(key)!) }));
    return { objects, more: following.length > objects.length };
  }

  async text(key: string): Promise<string | undefined> {
    return this.textOf(key);
  }

  async tags(key: string): Promise<Readonly<Record<string, string>>> {
    return this.#objects.get(key)?.tags ?? {};
  }

  async copy(key: string, etag: string, to: string): Promise<void> {
    if (this.denies) throw new Error("AccessDenied");
    const found = this.#objects.get(key);
    if (found === undefined || seenOf(found).etag !== etag) throw new ObjectChangedError(key);
    await this.#target.put(to, found.text);
  }
}

function seenOf({ text, modifiedMs }: Kept) {
  const etag = `"${sha256(text).slice(0, 32)}"`;
  return { etag, sizeBytes: Buffer.byteLength(text), modifiedMs };
}
