/** The body of a request: JSON, or a file. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { maxInlineBytes } from "../../contract/limits.ts";
import { invalidRequest, RequestRefusedError } from "../../contract/refusals.ts";
import { shown } from "../../contract/shown.ts";
import { refuseUnstorable } from "../../contract/well-formed.ts";
import { contentTypeOf } from "../../intake/content-type.ts";
import { headersOf } from "./headers.ts";

export interface SentFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/**
 * Fatal, because the decoder would otherwise replace invalid bytes and the stored document would
 * differ from the one sent.
 */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @throws RequestRefusedError `invalid_request` if it is not UTF-8, or may not have been */
export function textBody(event: APIGatewayProxyEvent): string {
  const body = event.body ?? "";
  if (!event.isBase64Encoded) {
    // JSON arrives as bytes. Without a content type the gateway decoded the body, and put this
    // character in place of invalid bytes.
    if (!body.includes("\ufffd")) return body;
    const message =
      "has a body without a content type, whose bytes may not be UTF-8. Send it with content-type: application/json";
    throw invalidRequest([{ path: "", message }]);
  }
  try {
    return decoder.decode(Buffer.from(body, "base64"));
  } catch {
    const message = "has a body that is not UTF-8 text. Convert it to UTF-8 and send it again";
    throw invalidRequest([{ path: "", message }]);
  }
}

/**
 * A body that says that it is something else than JSON.
 * @throws RequestRefusedError `document_too_large`, `unsupported_type`, or `invalid_request` if its bytes may have been altered
 */
export function fileBody(event: APIGatewayProxyEvent): SentFile | undefined {
  const contentType = headersOf(event)["content-type"];
  if (contentType === undefined || isJson(contentType)) return undefined;
  // First: of a type that is not read, it does not matter what became of the bytes.
  contentTypeOf(contentType);
  const body = event.body ?? "";
  if (!event.isBase64Encoded && body.includes("\ufffd")) {
    const message = `has a body of type ${shown(contentType)} that is not UTF-8, and the gateway takes this type for text. Send the same bytes with content-type: application/octet-stream and the file's name in ?filename=`;
    throw invalidRequest([{ path: "", message }]);
  }
  const bytes = Buffer.from(body, event.isBase64Encoded ? "base64" : "utf8");
  refuseTooLarge(bytes.length);
  return { bytes, contentType };
}

/**
 * Only this type: the gateway passes its bytes on as they were sent. Bytes of other types it decodes
 * first, and replaces those that are not UTF-8.
 */
function isJson(contentType: string): boolean {
  return /^\s*application\/json\s*(?:;|$)/i.test(contentType);
}

/** @throws RequestRefusedError `unsupported_type`, `document_too_large`, `invalid_request` */
export function jsonBody(event: APIGatewayProxyEvent, rawBody: string): unknown {
  const type = headersOf(event)["content-type"];
  if (type !== undefined && !isJson(type)) {
    throw new RequestRefusedError(
      "unsupported_type",
      `A request body of type ${shown(type)} is not supported. Send application/json.`,
    );
  }
  refuseTooLarge(Buffer.byteLength(rawBody));
  const body = parseJson(rawBody);
  refuseUnstorable(body);
  return body;
}

/** @throws RequestRefusedError `document_too_large` */
function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes <= maxInlineBytes) return;
  throw new RequestRefusedError(
    "document_too_large",
    `The request has ${sizeBytes} bytes; the limit for a request's body is ${maxInlineBytes} bytes. Upload larger documents with POST /v1/uploads.`,
    { size_bytes: sizeBytes, max_bytes: maxInlineBytes, upload_url: "/v1/uploads" },
  );
}

function parseJson(rawBody: string): unknown {
  try {
    return JSON.parse(rawBody);
  } catch {
    const message =
      rawBody === "" ? "has no body. Send a JSON object" : "has a body that is not valid JSON";
    throw invalidRequest([{ path: "", message }]);
  }
}
