import type { Metrics, TallyStore } from "../accounting/metrics.ts";
import type { AcceptedAnswer, IngestRequest } from "../contract/calls/ingest.ts";
import { RequestRefusedError } from "../contract/refusals.ts";
import { type Chance, type Clock, isoTime } from "../platform/clock.ts";
import type { ModelIdentity } from "../records/answers/answer-key.ts";
import type { DocumentStore } from "../records/documents/document-store.ts";
import type { IdempotencyStore } from "../records/idempotency/idempotency.ts";
import { attemptId } from "../records/jobs/attempt.ts";
import type { Submission } from "../records/jobs/job.ts";
import type { JobStore } from "../records/jobs/job-store.ts";
import { objectKeys } from "../records/objects/object-keys.ts";
import type { ObjectStore } from "../records/objects/objects.ts";
import type { Uploads } from "../records/uploads/uploads.ts";
import type { Gate } from "../scheduling/gate/gate.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import type { WakeQueue } from "../scheduling/orchestration.ts";
import { accepted, queueFull, refusalBy, unavailable } from "./admission.ts";
import { countAdmission, countRefusal } from "./admission-counts.ts";
import { checkDocument, fingerprintOf } from "./document.ts";
import { type ClaimedRequest, onceByKey } from "./idempotency.ts";
import { readSource } from "./source.ts";

export interface SubmitPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly documents: DocumentStore;
  readonly objects: ObjectStore;
  readonly uploads: Uploads;
  readonly queue: WakeQueue;
  readonly idempotency: IdempotencyStore;
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
  readonly clock: Clock;
  readonly chance: Chance;
}

export interface SubmitSettings extends GateLimits {
  readonly models: readonly ModelIdentity[];
}

export interface SubmitInput {
  readonly tenant: string;
  readonly request: IngestRequest;
  readonly idempotencyKey?: string;
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
  settings: SubmitSettings,
): Promise<AcceptedAnswer> {
  const source = await readSource(input.tenant, input.request, ports.uploads);
  const document = checkDocument(input.request, source);
  const jobId = ports.chance.jobId();
  const accept = (id: string) =>
    admitAndStore({ ...input, jobId: id, document }, ports, settings).catch((error: unknown) =>
      countRefusal(error, ports),
    );
  if (input.idempotencyKey === undefined) return accept(jobId);
  const claimed: ClaimedRequest = { ...input, idempotencyKey: input.idempotencyKey, jobId };
  return onceByKey(claimed, ports, accept);
}

type AcceptInput = SubmitInput & {
  readonly jobId: string;
  readonly document: ReturnType<typeof checkDocument>;
};

/**
 * Admission comes first and the job last, so that a crash in between leaves
 * an admitted id without a job, which sweep releases after a minute. Once the
 * job exists it is accepted, whatever fails after.
 */
async function admitAndStore(
  input: AcceptInput,
  ports: SubmitPorts,
  settings: SubmitSettings,
): Promise<AcceptedAnswer> {
  const id = attemptId({ jobId: input.jobId, attempt: 1 });
  // A refused conditional write costs as much as a kept one, and this item is hot: look first.
  const before = await ports.gate.read();
  const refusal = refusalBy(before, settings, input.jobId);
  if (refusal !== undefined) throw refusal;
  if ((await ports.gate.admit(id, settings)) === "full") {
    const now = await ports.gate.read();
    // It may have opened again since; then it was full in that moment, and this answer says when to come back.
    throw refusalBy(now, settings, input.jobId) ?? queueFull(now, input.jobId);
  }
  const submission = await store(input, ports, settings).catch((error: unknown) =>
    keptOrUndone(input.jobId, ports, error),
  );
  // What is stored is accepted: neither a lost wake-up, which the next sweep makes good, nor a
  // queue position that cannot be told is a reason to refuse it.
  await Promise.all([ports.queue.wake(id).catch(() => undefined), countAdmission(ports)]);
  return accepted({ ...submission, attempt: 1 }, await ports.gate.read().catch(() => before));
}

async function store(
  input: AcceptInput,
  ports: SubmitPorts,
  settings: SubmitSettings,
): Promise<Submission> {
  const { document, request, jobId, tenant } = input;
  const documentId = request.document_id ?? `doc-${jobId.toLowerCase()}`;
  const writes = [
    ports.documents.nextVersion({ tenant, documentId }),
    ports.objects.put(objectKeys(jobId).text, document.text),
  ] as const;
  // A text still under way when undo removes what is there would stay for good.
  await Promise.allSettled(writes);
  const [documentVersion] = await Promise.all(writes);
  const submission: Submission = {
    jobId,
    tenant,
    documentId,
    documentVersion,
    ...(request.title === undefined ? {} : { title: request.title }),
    contentType: document.contentType,
    attributes: request.attributes,
    options: document.options,
    fingerprint: fingerprintOf(document, request, settings.models),
    sizeBytes: Buffer.byteLength(document.text),
    submittedAt: isoTime(ports.clock),
  };
  await ports.jobs.create(submission);
  return submission;
}

/**
 * Takes back what a failed submission did; what cannot be taken back, sweep
 * finds. If the job was written though the answer to that was lost, the
 * document is accepted: it will be worked on, so the client must not be told
 * to send it again.
 */
async function keptOrUndone(
  jobId: string,
  ports: SubmitPorts,
  cause: unknown,
): Promise<Submission> {
  const job = await ports.jobs.read(jobId).catch(() => "unknown" as const);
  if (job !== undefined && job !== "unknown") return job;
  if (job === undefined) {
    await Promise.allSettled([
      ports.objects.removeAll(objectKeys(jobId).prefix),
      ports.gate.release(attemptId({ jobId, attempt: 1 })),
    ]);
  }
  if (cause instanceof RequestRefusedError) throw cause;
  throw Object.assign(unavailable("The document could not be stored right now."), { cause });
}
