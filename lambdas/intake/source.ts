/** Where a submission's text comes from: the request itself, or an upload. */

import type { IngestRequest } from "../contract/calls/ingest.ts";
import { invalidRequest, RequestRefusedError } from "../contract/refusals.ts";
import type { ContentType } from "../contract/vocabulary.ts";
import {
  UploadMissingError,
  type Uploads,
  UploadUnusableError,
} from "../records/uploads/uploads.ts";
import { contentTypeOf } from "./content-type.ts";

export interface Source {
  readonly text: string;
  readonly contentType: ContentType;
}

/** @throws RequestRefusedError `unsupported_type`; `not_found` or `invalid_request` for an upload that is missing or unfit */
export async function readSource(
  tenant: string,
  request: IngestRequest,
  uploads: Uploads,
): Promise<Source> {
  const { text, upload_id: uploadId, content_type: given } = request;
  if (uploadId === undefined) {
    return { text: text ?? "", contentType: contentTypeOf(given ?? "text/plain") };
  }
  const upload = await uploads.read({ tenant, uploadId }).catch(refuse);
  if (given !== undefined && contentTypeOf(given) !== upload.contentType) {
    const message = `is ${given}, but the upload was created as ${upload.contentType}. Send the same type or leave it out`;
    throw invalidRequest([{ path: "content_type", message }]);
  }
  return { text: utf8(upload.bytes), contentType: upload.contentType };
}

/** A mark at the beginning stays: offsets are those of the document as it was sent. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function utf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    const message =
      "refers to a file that is not UTF-8 text. Convert it to UTF-8 and upload it again";
    throw invalidRequest([{ path: "upload_id", message }]);
  }
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
