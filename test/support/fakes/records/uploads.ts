/** Uploads in memory; it passes the contract of the real ones. */

import { maxUploadBytes } from "../../../../lambdas/contract/limits.ts";
import { contentTypes } from "../../../../lambdas/contract/vocabulary.ts";
import {
  UploadMissingError,
  type UploadRef,
  type Uploads,
  type UploadTicket,
  UploadUnusableError,
} from "../../../../lambdas/records/uploads/uploads.ts";

interface File {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

const keyOf = ({ tenant, uploadId }: UploadRef) => JSON.stringify([tenant, uploadId]);

export class MemoryUploads implements Uploads {
  readonly #files = new Map<string, File>();
  readonly #tickets = new Map<string, { key: string; contentType: string; sizeBytes: number }>();

  offer: Uploads["offer"] = async (upload, { contentType, sizeBytes, nowMs, validMs }) => {
    const url = `memory:${this.#tickets.size}`;
    this.#tickets.set(url, { key: keyOf(upload), contentType, sizeBytes });
    const headers = { "content-type": contentType };
    return { url, method: "PUT", headers, expiresAtMs: nowMs + validMs };
  };

  read: Uploads["read"] = async (upload) => {
    const file = this.#files.get(keyOf(upload));
    if (file === undefined) throw new UploadMissingError(upload);
    const contentType = contentTypes.find((known) => known === file.contentType);
    if (contentType === undefined || file.bytes.length > maxUploadBytes) {
      throw new UploadUnusableError("The upload cannot be ingested.");
    }
    return { contentType, bytes: file.bytes };
  };

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
