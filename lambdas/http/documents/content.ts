import { maxAnswerBytes } from "../../contract/limits.ts";
import { notFound } from "../../contract/refusals.ts";
import type { Clock } from "../../platform/clock.ts";
import type { DocumentRef, DocumentStore } from "../../records/documents/document-store.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import { objectKeys } from "../../records/objects/object-keys.ts";
import { ObjectMissingError, type ObjectStore } from "../../records/objects/objects.ts";
import type { HttpAnswer } from "../http-handler.ts";

export interface ContentPorts {
  readonly documents: DocumentStore;
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

/** Enough time for 50 MB at 1 Mbit/s. */
const validMs = 15 * 60_000;

/**
 * The text that a document's chunks are slices of, or the file that was sent. What does not fit
 * into a response, and every file, is answered by a redirect to its object.
 * @throws RequestRefusedError `not_found`, also when the text or the file is no longer kept
 */
export async function showContent(
  ref: DocumentRef,
  { original }: { readonly original: boolean },
  ports: ContentPorts,
): Promise<HttpAnswer> {
  const document = await ports.documents.read(ref);
  if (document === undefined) throw notFound(`Document ${ref.documentId}`);
  const gone = notFound(`The content of document ${ref.documentId}, which is not kept any more,`);
  if (document.jobId === undefined) throw gone;
  const keys = objectKeys(document.jobId);
  const expired = (error: unknown): never => {
    throw error instanceof ObjectMissingError ? gone : error;
  };
  if (original) {
    const job = await ports.jobs.read(document.jobId);
    const contentType = job?.contentType ?? "application/octet-stream";
    const filename = job?.filename ?? ref.documentId;
    return redirect(keys.original, { contentType, filename }).catch(expired);
  }
  const text = await ports.objects.get(keys.text).catch(expired);
  const contentType = "text/markdown; charset=utf-8";
  if (text.length > maxAnswerBytes) {
    return redirect(keys.text, { contentType, filename: `${ref.documentId}.md` }).catch(expired);
  }
  return {
    status: 200,
    headers: { "content-type": contentType },
    body: Buffer.from(text).toString("utf8"),
  };

  async function redirect(key: string, as: { contentType: string; filename: string }) {
    const location = await ports.objects.link(key, { ...as, nowMs: ports.clock.now(), validMs });
    return { status: 303, headers: { location }, body: { url: location } };
  }
}
