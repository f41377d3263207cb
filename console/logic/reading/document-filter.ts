/** The filter of the list of documents: words of the title or id, `name=value`, and a type. */
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";
import { formatNames, formatOfFilename, naming } from "../../../lambdas/contract/file-formats.ts";

type Filtered = Pick<DocumentAnswer, "document_id" | "title" | "content_type" | "attributes">;

/** In words, such as `Word document`; by the id's ending if the type was not recorded. */
export function typeOf({ content_type: type, document_id: id }: Filtered): string {
  const byType = formatNames.find((name) => naming[name].contentTypes.some((one) => one === type));
  const format = byType ?? formatOfFilename(id);
  return format === undefined ? "other" : naming[format].title.replace(/^an? /, "");
}

/** @param type as `typeOf` names it; empty for any */
export function matches(document: Filtered, text: string, type: string): boolean {
  if (type !== "" && typeOf(document) !== type) return false;
  const name = fold(`${document.title ?? ""} ${document.document_id}`);
  return fold(text)
    .split(/\s+/)
    .every((word) => name.includes(word) || hasAttribute(document, word));
}

function hasAttribute({ attributes = {} }: Filtered, word: string): boolean {
  return Object.entries(attributes).some(([name, value]) => fold(`${name}=${value}`) === word);
}

function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
