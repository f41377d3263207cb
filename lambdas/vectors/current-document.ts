import type { Clock } from "../platform/clock.ts";
import type {
  DocumentRef,
  DocumentStore,
  StoredDocument,
} from "../records/documents/document-store.ts";
import type { VectorStore } from "./vector-store.ts";

export interface CurrentDocumentPorts {
  readonly documents: DocumentStore;
  readonly vectors: VectorStore;
  readonly clock: Clock;
}

/**
 * The document whose chunks readers see. A publish commits its chunks first
 * and its record second; if the record could not be written, the chunks say
 * that the publish took effect, and this look completes it.
 */
export async function currentDocument(
  ref: DocumentRef,
  { documents, vectors, clock }: CurrentDocumentPorts,
): Promise<StoredDocument | undefined> {
  const { stored, begun } = await documents.look(ref);
  if (begun === undefined || begun.version <= (stored?.version ?? 0)) return stored;
  const [seen] = await vectors.chunks(ref, { from: 0, limit: 1, vectors: false });
  if (seen?.version !== begun.version) return stored;
  await documents.completePublish(ref, begun, clock.now());
  return begun;
}
