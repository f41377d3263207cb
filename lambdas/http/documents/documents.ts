import type {
  ChunkPageAnswer,
  ChunkParameters,
  DocumentAnswer,
  DocumentListParameters,
  DocumentPageAnswer,
} from "../../contract/calls/documents.ts";
import { maxAnswerBytes } from "../../contract/limits.ts";
import { notFound } from "../../contract/refusals.ts";
import type { DocumentRef, StoredDocument } from "../../records/documents/document-store.ts";
import { type CurrentDocumentPorts, currentDocument } from "../../vectors/current-document.ts";
import { refuseInvalidCursor } from "../cursor.ts";
import { viewChunk, viewDocument } from "./view.ts";

type ChunkAnswer = ChunkPageAnswer["chunks"][number];

export type DocumentPorts = CurrentDocumentPorts;

/** @throws RequestRefusedError `invalid_request` if the cursor is not from this tenant's listing */
export async function listDocuments(
  tenant: string,
  { limit, cursor }: DocumentListParameters,
  { documents }: Pick<DocumentPorts, "documents">,
): Promise<DocumentPageAnswer> {
  const page = await documents
    .list(tenant, { limit, ...(cursor === undefined ? {} : { cursor }) })
    .catch(refuseInvalidCursor);
  return {
    documents: page.documents.map(viewDocument),
    ...(page.nextCursor === undefined ? {} : { next_cursor: page.nextCursor }),
  };
}

/** @throws RequestRefusedError `not_found`, also before the first version is stored */
export async function showDocument(
  ref: DocumentRef,
  ports: DocumentPorts,
): Promise<DocumentAnswer> {
  return viewDocument(await stored(ref, ports));
}

/**
 * A page of chunks of one version. The version comes from the rows, because the document's record
 * is written after them.
 * @throws RequestRefusedError `not_found`
 */
export async function listChunks(
  ref: DocumentRef,
  { from, limit, vectors }: ChunkParameters,
  ports: DocumentPorts,
): Promise<ChunkPageAnswer> {
  const document = await stored(ref, ports);
  // One more row than requested shows whether there is another page.
  const page = { from, limit: limit + 1, vectors: vectors === "true" };
  const found = await ports.vectors.chunks(ref, page);
  const chunks = fitting(found.slice(0, limit).map(viewChunk));
  const next = found[chunks.length];
  return {
    document_id: ref.documentId,
    document_version: found[0]?.version ?? document.version,
    attributes: { ...found[0]?.attributes },
    chunks,
    ...(next === undefined ? {} : { next_from: next.index }),
  };
}

/** As many chunks as fit into one response, but at least one: 100 vectors of 3,072 dimensions do not fit. */
function fitting(chunks: ChunkAnswer[]): ChunkAnswer[] {
  let bytes = 0;
  const tooMany = chunks.findIndex((chunk, i) => {
    bytes += Buffer.byteLength(JSON.stringify(chunk));
    return i > 0 && bytes > maxAnswerBytes;
  });
  return tooMany === -1 ? chunks : chunks.slice(0, tooMany);
}

async function stored(ref: DocumentRef, ports: DocumentPorts): Promise<StoredDocument> {
  const document = await currentDocument(ref, ports);
  if (document === undefined) throw notFound(`Document ${ref.documentId}`);
  return document;
}
