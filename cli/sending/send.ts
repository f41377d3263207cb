/** Sends a document: inside the request, or as an upload if it is too large. */

import type { AcceptedAnswer } from "../../lambdas/contract/calls/ingest.ts";
import type { UploadAnswer } from "../../lambdas/contract/calls/uploads.ts";
import { maxInlineBytes } from "../../lambdas/contract/limits.ts";
import type { Client, IngestRequest } from "../client.ts";
import { UnreachableError, UploadError } from "../errors.ts";

/** An ingest request with its whole document, whatever the size. */
export type WholeDocument = Omit<IngestRequest, "upload_id" | "text"> & {
  readonly content_type: string;
} & (
    | { readonly text: string }
    /** Not text, or text in another encoding: always uploaded. */
    | { readonly bytes: Uint8Array; readonly filename: string }
  );

export interface SendOptions {
  readonly idempotencyKey?: string;
  /** Called before an upload begins. */
  readonly onUpload?: ((sizeBytes: number) => void) | undefined;
}

/** Enough time for 50 MB at half a Mbit/s. */
const putTimeoutMs = 15 * 60_000;

/**
 * Uploads at most once. If the queue is full, the client repeats the submission that names the
 * upload, byte for byte, as its Idempotency-Key requires.
 * @throws UploadError and every error of {@link Client}
 */
export async function send(
  client: Client,
  document: WholeDocument,
  { onUpload, ...options }: SendOptions = {},
): Promise<AcceptedAnswer> {
  if ("text" in document) {
    if (fitsInline(document)) return client.ingest(document, options);
    const { text, ...about } = document;
    return upload(client, about, { bytes: Buffer.from(text) }, { onUpload, ...options });
  }
  const { bytes, filename, ...about } = document;
  return upload(client, about, { bytes, filename }, { onUpload, ...options });
}

async function upload(
  client: Client,
  about: Omit<IngestRequest, "text"> & { readonly content_type: string },
  { bytes, filename }: { readonly bytes: Uint8Array; readonly filename?: string },
  { onUpload, ...options }: SendOptions,
): Promise<AcceptedAnswer> {
  onUpload?.(bytes.length);
  const place = await client.offerUpload({
    content_type: about.content_type,
    size_bytes: bytes.length,
    // As long as the API takes it; its end has the extension.
    ...(filename === undefined ? {} : { filename: filename.slice(-255) }),
  });
  await put(place, bytes);
  const named = filename === undefined ? {} : { filename: filename.slice(-255) };
  return client.ingest({ ...about, ...named, upload_id: place.upload_id }, options);
}

/**
 * The API measures the body. On its way to the function the body is a string in an
 * event of at most 6 MB, where each of its quotes and backslashes takes another byte:
 * a text full of them would break that limit first. Measured as that string, it keeps both.
 */
function fitsInline(document: WholeDocument & { text: string }): boolean {
  if (document.text.length > maxInlineBytes) return false;
  const body = JSON.stringify(document);
  return Buffer.byteLength(JSON.stringify(body)) <= maxInlineBytes;
}

/** @throws UploadError */
async function put({ url, method, headers }: UploadAnswer, body: Uint8Array) {
  const where = new URL(url).origin;
  const signal = AbortSignal.timeout(putTimeoutMs);
  const { status, text } = await fetch(url, { method, headers, body: Buffer.from(body), signal })
    .then(async (response) => ({ status: response.status, text: await response.text() }))
    .catch((error: unknown) => {
      throw new UploadError(body.length, new UnreachableError(where, error).message);
    });
  if (status >= 300) throw new UploadError(body.length, refusal(where, status, text));
}

/** S3 says why in XML. */
function refusal(where: string, status: number, answer: string): string {
  const code = /<Code>(\w+)<\/Code>/.exec(answer)?.[1];
  return `${where} answered ${status}${code === undefined ? "" : ` ${code}`}.`;
}
