import type { DocumentAnswer, RemovalAnswer } from "../../contract/calls/documents.ts";
import { maxChunks } from "../../contract/limits.ts";
import { notFound, RequestRefusedError } from "../../contract/refusals.ts";
import { isoTime } from "../../platform/clock.ts";
import type { DocumentRef, StoredDocument } from "../../records/documents/document-store.ts";
import { type CancelJobsPorts, cancelEarlierJobs } from "../../scheduling/cancel-jobs.ts";
import { currentDocument } from "../../vectors/current-document.ts";
import { type RemovalStores, removeFromSearches } from "../../vectors/remove-document.ts";
import type { HttpAnswer } from "../http-handler.ts";
import type { DocumentPorts } from "./documents.ts";
import { viewDocument } from "./view.ts";

export type RemovalPorts = DocumentPorts & CancelJobsPorts & RemovalStores;

/** A publish takes one or two seconds. */
const retryAfterSeconds = 3;

/**
 * Removes a document from every search and returns it as it was. A removal is a version of its own:
 * a job submitted before it that stores later is superseded, so the document does not come back
 * from the queue, and such jobs are cancelled, so that nothing more is spent on them. The same holds
 * for a document of which nothing is stored yet.
 * A repeated request continues after a crash.
 * Chunks without a record, which a restored table may leave, are removed as well.
 * @param removal names this request as the holder of the lease
 * @returns 200 with the document as it was; 202 if its first version was still on its way
 * @throws RequestRefusedError `not_found`; `unavailable` while the document is being stored
 */
export async function removeDocument(
  ref: DocumentRef,
  removal: string,
  ports: RemovalPorts,
): Promise<HttpAnswer & { readonly body: DocumentAnswer | RemovalAnswer }> {
  const { documents } = ports;
  const document = (await currentDocument(ref, ports)) ?? (await unrecorded(ref, ports));
  if (document === undefined && !(await documents.awaitsVersion(ref))) {
    throw notFound(`Document ${ref.documentId}`);
  }
  const version = await removeFromSearches(ref, removal, ports);
  if (version === "busy") throw beingStored(ref);
  const cancelled = await cancelEarlierJobs(ref, version, ports);
  if (document !== undefined) return { status: 200, body: viewDocument(document) };
  return {
    status: 202,
    body: {
      document_id: ref.documentId,
      document_version: version,
      chunk_count: 0,
      cancelled_jobs: cancelled,
    },
  };
}

/** What the chunks of a document say of it; the model that embedded them is not among that. */
async function unrecorded(
  ref: DocumentRef,
  { vectors, clock }: DocumentPorts,
): Promise<StoredDocument | undefined> {
  const [first] = await vectors.chunks(ref, { from: 0, limit: 1, vectors: true });
  if (first === undefined) return undefined;
  const chunks = await vectors.chunks(ref, { from: 0, limit: maxChunks, vectors: false });
  return {
    documentId: ref.documentId,
    version: first.version,
    fingerprint: "",
    ...(first.title === undefined ? {} : { title: first.title }),
    chunkCount: chunks.length,
    embeddingModel: "unknown",
    dimensions: first.vector?.length ?? 1,
    storedAt: isoTime(clock),
  };
}

function beingStored({ documentId }: DocumentRef): RequestRefusedError {
  return new RequestRefusedError(
    "unavailable",
    `Document ${documentId} is being stored right now. Try to remove it again in a few seconds.`,
    {},
    retryAfterSeconds,
  );
}
