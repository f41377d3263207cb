import type { AcceptedAnswer, IngestRequest } from "../contract/calls/ingest.ts";
import { RequestRefusedError } from "../contract/refusals.ts";
import { type Chance, type Clock, isoTime } from "../platform/clock.ts";
import type { DocumentStore } from "../records/documents/document-store.ts";
import type { IdempotencyStore } from "../records/idempotency/idempotency.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import type { JobOptions, ParentRef, Submission } from "../records/jobs/job.ts";
import type { JobStore } from "../records/jobs/job-store.ts";
import { objectKeys } from "../records/objects/object-keys.ts";
import type { ObjectStore } from "../records/objects/objects.ts";
import type { Uploads } from "../records/uploads/uploads.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import { type AdmissionPorts, admit } from "./admission.ts";
import { countRefusal } from "./admission-counts.ts";
import { type ClaimedRequest, onceByKey } from "./idempotency.ts";
import { jobOptionsOf } from "./options.ts";
import { unavailable, unknownOutcome } from "./refusals.ts";
import { type SentFile, type Source, sourceOf } from "./source.ts";

export interface AcceptPorts extends AdmissionPorts {
  readonly jobs: JobStore;
  readonly documents: DocumentStore;
  readonly objects: ObjectStore;
  readonly clock: Clock;
}

export interface SubmitPorts extends AcceptPorts {
  readonly uploads: Uploads;
  readonly idempotency: IdempotencyStore;
  readonly chance: Chance;
}

export interface SubmitInput {
  readonly tenant: string;
  readonly request: IngestRequest;
  /** The document, if the request's body is the file itself. */
  readonly file?: SentFile;
  readonly idempotencyKey?: string;
  /** For a document out of another one: its options as they are kept. @default those of the request */
  readonly jobOptions?: JobOptions;
  readonly parent?: ParentRef;
  /** sha256 of the request's body. */
  readonly bodyHash: string;
}

/**
 * Accepts a document: from the answer on, it will not be lost.
 * @throws RequestRefusedError `queue_full`, `unavailable`, `idempotency_mismatch` or what is wrong with the document
 */
export async function submit(
  input: SubmitInput,
  ports: SubmitPorts,
  settings: GateLimits,
): Promise<AcceptedAnswer> {
  const source = await sourceOf(input.tenant, input.request, ports, input.file);
  const jobId = ports.chance.jobId();
  const accept = (id: string) =>
    acceptDocument({ ...input, jobId: id, source }, ports, settings).catch((error: unknown) =>
      countRefusal(error, ports),
    );
  if (input.idempotencyKey === undefined) return accept(jobId);
  const claimed: ClaimedRequest = { ...input, idempotencyKey: input.idempotencyKey, jobId };
  return onceByKey(claimed, ports, settings, accept);
}

export interface AcceptInput
  extends Pick<SubmitInput, "tenant" | "request" | "parent" | "jobOptions"> {
  readonly jobId: string;
  readonly source: Source;
}

/**
 * Admits a document and stores its job under the id that the caller chose.
 * @throws RequestRefusedError `queue_full`, `unavailable` or what is wrong with the document; its
 * `cause` is what `source.keep` threw
 */
export function acceptDocument(
  input: AcceptInput,
  ports: AcceptPorts,
  settings: GateLimits,
): Promise<AcceptedAnswer> {
  const { jobId, tenant } = input;
  const attempt = { jobId, attempt: 1 };
  const record = async () => {
    const submission = await store(input, ports).catch((error: unknown) =>
      keptOrUndone(input, ports, error),
    );
    return { ...submission, ...attempt };
  };
  return admit({ attempt, tenant, record }, ports, settings);
}

async function store(input: AcceptInput, ports: AcceptPorts): Promise<Submission> {
  const { source, request, jobId, tenant } = input;
  const documentId = request.document_id ?? `doc-${jobId.toLowerCase()}`;
  const writes = [
    ports.documents.nextVersion({ tenant, documentId }),
    source.keep(objectKeys(jobId).original),
  ] as const;
  // A file still under way when undo removes what is there would stay for good.
  await Promise.allSettled(writes);
  const [documentVersion] = await Promise.all(writes);
  const filename = request.filename ?? source.filename;
  const submission: Submission = {
    jobId,
    tenant,
    documentId,
    documentVersion,
    ...(request.title === undefined ? {} : { title: request.title }),
    contentType: source.contentType,
    ...(filename === undefined ? {} : { filename }),
    ...(input.parent === undefined ? {} : { parent: input.parent }),
    attributes: request.attributes,
    options: input.jobOptions ?? jobOptionsOf(request),
    ...(request.callback_url === undefined ? {} : { callbackUrl: request.callback_url }),
    sizeBytes: source.sizeBytes,
    submittedAt: isoTime(ports.clock),
  };
  await ports.jobs.create(submission);
  return submission;
}

/**
 * Takes back the parts of a failed submission; sweep finds those that cannot
 * be taken back. If the job was written though the answer to that was lost,
 * the document is accepted: it will be worked on, so the client must not be
 * told to send it again.
 * @throws RequestRefusedError `unavailable`, which says whether anything may have been kept
 */
async function keptOrUndone(
  { jobId, tenant }: AcceptInput,
  ports: AcceptPorts,
  cause: unknown,
): Promise<Submission> {
  const look = ports.jobs.read(jobId).then((job) => ({ job }));
  const seen = await look.catch(() => undefined);
  if (seen === undefined) throw Object.assign(unknownOutcome(jobId), { cause });
  if (seen.job !== undefined) return seen.job;
  await Promise.allSettled([
    ports.objects.removeAll(objectKeys(jobId).prefix),
    ports.gate.release(attemptId({ jobId, attempt: 1 }), { tenant }),
  ]);
  if (cause instanceof RequestRefusedError) throw cause;
  throw Object.assign(unavailable("The document could not be stored right now."), { cause });
}
