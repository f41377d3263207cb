/** Documents by their titles: people choose a title, the API takes an id. */
import type { DocumentAnswer } from "../../../lambdas/contract/calls/documents.ts";

export interface Titles {
  /** Every label, in the order of the documents. */
  readonly labels: readonly string[];
  /** The label of an id; the id itself if it is not known. */
  labelOf(documentId: string): string;
  /** The id of a label; the text itself if it is none, because it may be an id. */
  idOf(text: string): string;
}

/** A title that several documents have gets the id behind it. */
export function titlesOf(
  documents: readonly Pick<DocumentAnswer, "document_id" | "title">[],
): Titles {
  const uses = new Map<string, number>();
  for (const { title = "" } of documents) uses.set(title, (uses.get(title) ?? 0) + 1);
  const labels = new Map<string, string>();
  const ids = new Map<string, string>();
  for (const { document_id: id, title = "" } of documents) {
    const label = title === "" ? id : uses.get(title) === 1 ? title : `${title} (${id})`;
    labels.set(id, label);
    ids.set(label, id);
  }
  return {
    labels: [...ids.keys()],
    labelOf: (id) => labels.get(id) ?? id,
    idOf: (text) => (labels.has(text) ? text : (ids.get(text) ?? text)),
  };
}
