import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import yauzl, { type Entry, type ZipFile } from "yauzl";
import { type Bounds, hold } from "../bounds.ts";
import { DamagedDocumentError, EncryptedDocumentError, ExtractError } from "../errors.ts";

/**
 * A zip archive, read part by part. What comes out is counted as it comes, not
 * as the archive claims it, so that a bomb ends at the bound.
 */
export class Archive {
  readonly #file: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;
  readonly #bounds: Bounds;
  #unpackedBytes = 0;

  private constructor(file: ZipFile, entries: ReadonlyMap<string, Entry>, bounds: Bounds) {
    this.#file = file;
    this.#entries = entries;
    this.#bounds = bounds;
  }

  /** @throws DamagedDocumentError when it is no archive. */
  static async open(bytes: Uint8Array, bounds: Bounds): Promise<Archive> {
    try {
      const file = await yauzl.fromBufferPromise(
        Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        // Parts are read after the list of them has ended.
        { lazyEntries: true, autoClose: false },
      );
      const entries = new Map<string, Entry>();
      for await (const entry of file.eachEntry()) {
        // The first of two parts with one name counts, as it does for Office.
        const name = normal(entry.fileName);
        if (!entries.has(name)) entries.set(name, entry);
        hold(entries.size, bounds.maxArchiveEntries, "parts in its archive");
      }
      return new Archive(file, entries, bounds);
    } catch (error) {
      throw damaged(error);
    }
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(name: string): boolean {
    return this.#entries.has(normal(name));
  }

  /**
   * A part as a whole.
   * @throws DamagedDocumentError when it is missing or broken.
   * @throws DocumentOverBoundsError when it unpacks to more than may be.
   */
  async bytes(name: string): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.stream(name)) {
      length += chunk.length;
      hold(length, this.#bounds.maxPartBytes, `bytes in the part ${name}`);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** A part piece by piece, for what need not stand in memory as a whole. */
  async *stream(name: string): AsyncGenerator<Uint8Array> {
    const entry = this.#entries.get(normal(name));
    if (entry === undefined) {
      throw new DamagedDocumentError(
        `The document lacks its part ${name}. Save it again in the program that made it.`,
      );
    }
    if ((entry.generalPurposeBitFlag & 1) === 1) {
      throw new EncryptedDocumentError(
        "The document's archive is encrypted. Remove the password and send it again.",
      );
    }
    let checksum = 0;
    try {
      const stream: Readable = await this.#file.openReadStreamPromise(entry);
      for await (const piece of stream) {
        const chunk = piece as Buffer;
        checksum = crc32(chunk, checksum);
        this.#unpackedBytes += chunk.length;
        hold(this.#unpackedBytes, this.#bounds.maxArchiveBytes, "bytes in its archive");
        yield chunk;
      }
    } catch (error) {
      throw damaged(error);
    }
    if (checksum !== entry.crc32) throw damaged(new Error(`the checksum of ${name} is wrong`));
  }
}

function normal(name: string): string {
  return name.replaceAll("\\", "/").replace(/^\/+/u, "").toLowerCase();
}

function damaged(error: unknown): Error {
  if (error instanceof ExtractError) return error;
  const reason = error instanceof Error ? error.message : "it cannot be unpacked";
  return new DamagedDocumentError(
    `The document's archive is damaged: ${reason}. Send the file again, or save it anew.`,
  );
}
