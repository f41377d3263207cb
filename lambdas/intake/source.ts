/** Where a submission's document comes from: the request itself, or an upload. */

import type { IngestRequest } from "../contract/calls/ingest.ts";
import { formatOfContentType } from "../contract/file-formats.ts";
import { invalidRequest, RequestRefusedError } from "../contract/refusals.ts";
import { shown } from "../contract/shown.ts";
import { hasVisibleText } from "../platform/visible-text.ts";
import type { ObjectStore } from "../records/objects/objects.ts";
import {
  type UploadedFile,
  UploadMissingError,
  type Uploads,
  UploadUnusableError,
} from "../records/uploads/uploads.ts";
import { bareTypeOf, contentTypeOf, textTypeOf } from "./content-type.ts";

/** A document as it was sent. Its content is not looked at: that is the work of the job. */
export interface Source {
  /** As declared. */
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Of an upload that was offered for a file with a name; only its ending is the file's. */
  readonly filename?: string;
  /** Keeps the file under a key of the object store. */
  readonly keep: (key: string) => Promise<void>;
}

export interface SourcePorts {
  readonly uploads: Uploads;
  readonly objects: ObjectStore;
}

/** A file that came as the body of its request. */
export interface SentFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * Looks at the head of the document: its type and its size. An upload is not read.
 * @throws RequestRefusedError `empty_document`, `unsupported_type`; `not_found` or `invalid_request` for an upload that is missing or unfit
 */
export async function sourceOf(
  tenant: string,
  request: IngestRequest,
  ports: SourcePorts,
  file?: SentFile,
): Promise<Source> {
  const { text, upload_id: uploadId, content_type: given } = request;
  if (file !== undefined) return ofBytes(file.bytes, contentTypeOf(file.contentType), ports);
  if (uploadId !== undefined) return ofUpload({ tenant, uploadId }, given, ports);
  const contentType = textTypeOf(given ?? "text/plain");
  if (!hasVisibleText(text ?? "")) throw empty();
  return ofBytes(Buffer.from(text ?? ""), contentType, ports);
}

function ofBytes(bytes: Uint8Array, contentType: string, { objects }: SourcePorts): Source {
  if (bytes.length === 0) throw empty();
  return { contentType, sizeBytes: bytes.length, keep: (key) => objects.put(key, bytes) };
}

async function ofUpload(
  upload: { tenant: string; uploadId: string },
  given: string | undefined,
  { uploads }: SourcePorts,
): Promise<Source> {
  const file = await uploads.look(upload).catch(refuse);
  return {
    contentType: typeOf(file, given),
    sizeBytes: file.sizeBytes,
    ...(upload.uploadId.includes(".") ? { filename: upload.uploadId } : {}),
    keep: (key) => uploads.keep(upload, file, key).catch(refuse),
  };
}

/** The request may say more than the upload did, but not something else. */
function typeOf({ contentType }: UploadedFile, given: string | undefined): string {
  if (given === undefined) return contentType;
  const type = contentTypeOf(given);
  const isOpen = formatOfContentType(contentType) === "silent";
  if (isOpen || bareTypeOf(type) === bareTypeOf(contentType)) return type;
  const message = `is ${shown(given)}, but the upload was created as ${contentType}. Send the same type or leave it out`;
  throw invalidRequest([{ path: "content_type", message }]);
}

function empty(): RequestRefusedError {
  return new RequestRefusedError(
    "empty_document",
    "The document has no visible text. Send a document that contains text.",
  );
}

function refuse(error: unknown): never {
  if (error instanceof UploadMissingError) {
    throw new RequestRefusedError("not_found", error.message);
  }
  if (error instanceof UploadUnusableError) {
    throw invalidRequest([{ path: "upload_id", message: error.message }]);
  }
  throw error;
}
