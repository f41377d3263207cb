import type { UploadAnswer, UploadRequest } from "../../contract/calls/uploads.ts";
import { formatOfFilename, naming } from "../../contract/file-formats.ts";
import { maxUploadBytes } from "../../contract/limits.ts";
import { RequestRefusedError } from "../../contract/refusals.ts";
import { contentTypeOf } from "../../intake/content-type.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import type { Uploads } from "../../records/uploads/uploads.ts";

/** Enough time for 50 MB at 1 Mbit/s. */
const validMs = 15 * 60_000;

/**
 * Offers an upload for a document that is too large for a request's body.
 * @throws RequestRefusedError `unsupported_type`, `document_too_large`
 */
export async function offerUpload(
  tenant: string,
  request: UploadRequest,
  ports: { readonly uploads: Uploads; readonly chance: Chance; readonly clock: Clock },
): Promise<UploadAnswer> {
  const contentType = contentTypeOf(request.content_type);
  const { size_bytes: sizeBytes } = request;
  if (sizeBytes > maxUploadBytes) {
    throw new RequestRefusedError(
      "document_too_large",
      `The document has ${sizeBytes} bytes; the limit for uploads is ${maxUploadBytes} bytes. Split it into several documents.`,
      { size_bytes: sizeBytes, max_bytes: maxUploadBytes },
    );
  }
  const uploadId = ports.chance.jobId() + endingOf(request.filename);
  const nowMs = ports.clock.now();
  const file = { contentType, sizeBytes, nowMs, validMs };
  const ticket = await ports.uploads.offer({ tenant, uploadId }, file);
  return {
    upload_id: uploadId,
    url: ticket.url,
    method: ticket.method,
    headers: { ...ticket.headers },
    expires_at: new Date(ticket.expiresAtMs).toISOString(),
  };
}

/**
 * The ending of the file's name, if it tells a format. In the upload's id it reaches the job, which
 * tells texts apart by it; an upload has no record to keep it in.
 */
function endingOf(filename = ""): string {
  const format = formatOfFilename(filename);
  return format === undefined ? "" : `.${naming[format].extensions[0]}`;
}
