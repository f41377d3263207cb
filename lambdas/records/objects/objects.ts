/** Texts and batches. A put replaces the object whole. */
export interface ObjectStore {
  put(key: string, body: Uint8Array | string): Promise<void>;
  /** @throws ObjectMissingError */
  get(key: string): Promise<Uint8Array>;
  /**
   * An address from which anybody can get the object for a while.
   * @throws ObjectMissingError
   */
  link(key: string, link: ObjectLink): Promise<string>;
  /** Deletes everything under the prefix; nothing there is fine. */
  removeAll(prefix: string): Promise<void>;
}

export interface ObjectLink {
  /** Under which the object is sent. */
  readonly contentType: string;
  readonly filename: string;
  readonly nowMs: number;
  readonly validMs: number;
}

export class ObjectMissingError extends Error {
  override readonly name = "ObjectMissingError";
  constructor(key: string) {
    super(`The object ${key} does not exist: it was never written, or has expired.`);
  }
}
