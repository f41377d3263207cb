import type { AttributeValue } from "../contract/vocabulary.ts";
import type { SeenObject } from "./record.ts";

/** An object as it is now. */
interface CurrentObject extends SeenObject {
  /** When it was put last, also with the same content; epoch milliseconds, in whole seconds. */
  readonly modifiedMs: number;
}

export interface FoundObject extends CurrentObject {
  /** "" if it is not known. */
  readonly contentType: string;
  /** It must be restored from its storage class before it can be read. */
  readonly archived: boolean;
}

export interface ListedObject extends CurrentObject {
  readonly key: string;
}

/** The bucket of a source. It is read, and never written. */
export interface SourceBucket {
  /** The object as it is now; nothing if it is gone. Strongly consistent. */
  look(key: string): Promise<FoundObject | undefined>;
  /** The next keys below the prefix, by bytes of UTF-8. @param after "" for the first page */
  list(
    prefix: string,
    after: string,
  ): Promise<{ readonly objects: readonly ListedObject[]; readonly more: boolean }>;
  /**
   * A small file as text; nothing if it is not there.
   * @throws ObjectUnreadableError for a file over `maxBytes`
   */
  text(key: string, maxBytes: number): Promise<string | undefined>;
  tags(key: string): Promise<Readonly<Record<string, AttributeValue>>>;
  /**
   * Copies the object to a key of the store of jobs' files, without reading it.
   * @throws ObjectChangedError if it is gone or another version is there
   */
  copy(key: string, etag: string, to: string): Promise<void>;
}

/** The bucket has another version of the object by now, or none. */
export class ObjectChangedError extends Error {
  override readonly name = "ObjectChangedError";
  constructor(key: string) {
    super(`The object ${key} was changed or deleted while it was read.`);
  }
}

/** The object cannot be ingested as it is. Trying again does not help before it changes. */
export class ObjectUnreadableError extends Error {
  override readonly name = "ObjectUnreadableError";
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
