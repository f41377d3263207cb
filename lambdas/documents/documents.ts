import { InvalidCursorError } from "../domain/cursor.ts";
import type {
  ChunkPageAnswer,
  DocumentAnswer,
  DocumentPageAnswer,
} from "../domain/document-wire.ts";
import { invalidRequest, notFound } from "../domain/refusals.ts";
import type { DocumentRef, DocumentStore, StoredDocument } from "../ports/document-store.ts";
import type { VectorStore } from "../ports/vector-store.ts";
import type { ChunkParameters, DocumentListParameters } from "./schema.ts";
import { viewChunk, viewDocument } from "./view.ts";

export interface DocumentPorts {
  readonly documents: DocumentStore;
  readonly vectors: VectorStore;
}

/** @throws RequestRefusedError `invalid_request` for a cursor that is not one of this tenant's */
export async function listDocuments(
  tenant: string,
  { limit, cursor }: DocumentListParameters,
  { documents }: Pick<DocumentPorts, "documents">,
): Promise<DocumentPageAnswer> {
  const page = await documents
    .list(tenant, { limit, ...(cursor === undefined ? {} : { cursor }) })
    .catch((error: unknown) => {
      if (error instanceof InvalidCursorError) {
        throw invalidRequest([{ path: "cursor", message: "is not a cursor of this listing" }]);
      }
      throw error;
    });
  return {
    documents: page.documents.map(viewDocument),
    ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
  };
}

/** @throws RequestRefusedError `not_found`, also before the first version is stored */
export async function showDocument(
  ref: DocumentRef,
  { documents }: Pick<DocumentPorts, "documents">,
): Promise<DocumentAnswer> {
  return viewDocument(await stored(ref, documents));
}

/**
 * A page of chunks, all of one version; the version stands in the rows
 * themselves, because the document's record is written after them.
 * @throws RequestRefusedError `not_found`
 */
export async function listChunks(
  ref: DocumentRef,
  { from, limit, vectors }: ChunkParameters,
  ports: DocumentPorts,
): Promise<ChunkPageAnswer> {
  const document = await stored(ref, ports.documents);
  // One more than asked for tells whether there is another page.
  const page = { from, limit: limit + 1, vectors: vectors === "true" };
  const found = await ports.vectors.chunks(ref, page);
  const chunks = found.slice(0, limit);
  const next = found[limit];
  return {
    document_id: ref.documentId,
    document_version: chunks[0]?.version ?? document.version,
    attributes: { ...chunks[0]?.attributes },
    chunks: chunks.map(viewChunk),
    ...(next === undefined ? {} : { next_from: next.index }),
  };
}

async function stored(ref: DocumentRef, documents: DocumentStore): Promise<StoredDocument> {
  const document = await documents.read(ref);
  if (document === undefined) throw notFound(`Document ${ref.documentId}`);
  return document;
}
