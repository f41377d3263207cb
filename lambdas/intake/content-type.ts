import { contentTypes, isAccepted, isTextType } from "../contract/file-formats.ts";
import { RequestRefusedError } from "../contract/refusals.ts";
import { shown } from "../contract/shown.ts";

/** Longer ones are nobody's content type. */
const maxLength = 255;

/**
 * A declared content type, if documents of that type can be sent. What the bytes are shows when the
 * document is read; a type that says nothing (`application/octet-stream`) is accepted, too.
 * @throws RequestRefusedError `unsupported_type`
 */
export function contentTypeOf(given: string): string {
  const type = given.trim();
  if (type !== "" && type.length <= maxLength && isAccepted(type)) return type;
  throw unsupported(
    `Documents of type ${shown(type)} are not supported. Send one of ${contentTypes.join(", ")}.`,
  );
}

/** @throws RequestRefusedError `unsupported_type` for a type whose documents are not text */
export function textTypeOf(given: string): string {
  const type = contentTypeOf(given);
  if (isTextType(type)) return type;
  throw unsupported(
    `A document of type ${shown(given)} cannot be sent as text. Send the file as the body of the request, or upload it.`,
  );
}

/** Without its parameters. */
export function bareTypeOf(contentType: string): string {
  return (contentType.split(";")[0] ?? "").trim().toLowerCase();
}

function unsupported(message: string): RequestRefusedError {
  return new RequestRefusedError("unsupported_type", message, { supported: contentTypes });
}
