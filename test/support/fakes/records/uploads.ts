/** Uploads in memory; it passes the contract of the real ones. */

import { isAccepted } from "../../../../lambdas/contract/file-formats.ts";
import { maxUploadBytes } from "../../../../lambdas/contract/limits.ts";
import { sha256 } from "../../../../lambdas/platform/sha256.ts";
import {
  UploadMissingError,
  type UploadRef,
  type Uploads,
  type UploadTicket,
  UploadUnusableError,
} from "../../../../lambdas/records/uploads/uploads.ts";
import { MemoryObjectStore } from "./objects.ts";

interface File {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const keyOf = ({ tenant, uploadId }: UploadRef) => JSON.stringify([tenant, uploadId]);

export class MemoryUploads implements Uploads {
  readonly #objects: MemoryObjectStore;
  readonly #files = new Map<string, File>();
  readonly #tickets = new Map<string, { key: string; contentType: string; sizeBytes: number }>();

  constructor(objects = new MemoryObjectStore()) {
    this.#objects = objects;
  }

  offer: Uploads["offer"] = async (upload, { contentType, sizeBytes, nowMs, validMs }) => {
    const url = `memory:${this.#tickets.size}`;
    this.#tickets.set(url, { key: keyOf(upload), contentType, sizeBytes });
    const headers = { "content-type": contentType };
    return { url, method: "PUT", headers, expiresAtMs: nowMs + validMs };
  };

  look: Uploads["look"] = async (upload) => {
    const { contentType, bytes } = this.#file(upload);
    if (!isAccepted(contentType) || bytes.length > maxUploadBytes) {
      throw new UploadUnusableError("The upload cannot be ingested.");
    }
    return { contentType, sizeBytes: bytes.length, tag: tagOf(bytes) };
  };

  keep: Uploads["keep"] = async (upload, { tag }, key) => {
    const { bytes } = this.#file(upload);
    if (tagOf(bytes) !== tag) throw new UploadUnusableError("The upload was replaced.");
    await this.#objects.put(key, bytes);
  };

  #file(upload: UploadRef): File {
    const file = this.#files.get(keyOf(upload));
    if (file === undefined) throw new UploadMissingError(upload);
    return file;
  }

  /** Sends the request that a ticket describes, as a client would. */
  put(
    ticket: UploadTicket,
    bytes: Uint8Array,
    headers = ticket.headers,
    nowMs = Date.now(),
  ): number {
    const of = this.#tickets.get(ticket.url);
    const contentType = headers["content-type"] ?? "";
    const fits = of?.contentType === contentType && of.sizeBytes === bytes.length;
    if (of === undefined || !fits || nowMs > ticket.expiresAtMs) return 403;
    this.#files.set(of.key, { contentType, bytes });
    return 200;
  }
}

const tagOf = (bytes: Uint8Array) => sha256(Buffer.from(bytes).toString("latin1"));
