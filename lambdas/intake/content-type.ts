import { RequestRefusedError } from "../contract/refusals.ts";
import { type ContentType, contentTypes } from "../contract/vocabulary.ts";

/**
 * The type of document that a content type names, whatever its parameters.
 * @throws RequestRefusedError `unsupported_type`
 */
export function contentTypeOf(given: string): ContentType {
  const bare = given.split(";")[0]?.trim().toLowerCase();
  const type = contentTypes.find((known) => known === bare);
  if (type !== undefined) return type;
  throw new RequestRefusedError(
    "unsupported_type",
    `Documents of type ${given} are not supported. Send ${contentTypes.join(" or ")}.`,
    { supported: contentTypes },
  );
}
