import { nothingDescribed } from "../../models/errors.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { DocumentStore } from "../../records/documents/document-store.ts";
import { documentLeaseMs } from "../../records/documents/document-store.ts";
import { StoreConflictError } from "../../records/documents/store-conflict.ts";
import { type Attempt, attemptId } from "../../records/jobs/attempt.ts";
import {
  assertRunning,
  type JobResult,
  maxFailedChunksListed,
  type RunningJob,
  unreadOf,
} from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { ObjectStore } from "../../records/objects/objects.ts";
import { currentDocument } from "../../vectors/current-document.ts";
import type { VectorStore } from "../../vectors/vector-store.ts";
import { type Rows, readRows } from "./rows.ts";

export interface StorePorts {
  readonly jobs: JobStore;
  readonly documents: DocumentStore;
  readonly objects: ObjectStore;
  readonly vectors: VectorStore;
  readonly clock: Clock;
}

/**
 * Publishes the document in one commit: readers see the old version whole,
 * then the new one whole. From `beginPublishing` on a cancel is refused, so
 * that a cancelled job never becomes visible. Repeated after a crash at any
 * point, it ends in the same state.
 * @throws JobCancelledError, ProviderRejectedError (no chunk was described), StoreConflictError (another run holds the document; the state machine tries again)
 */
export async function store(attempt: Attempt, ports: StorePorts): Promise<void> {
  const job = await ports.jobs.read(attempt.jobId);
  assertRunning(job, attempt);
  if (job.stored !== undefined) return;
  const rows = await readRows(job, ports.objects);
  assertAnyDescribed(rows);
  await ports.jobs.beginPublishing(attempt);
  const superseded = (await publish(job, rows, ports)) === "superseded";
  await ports.jobs.recordStored(attempt, resultOf(job, rows, superseded));
}

/** Batches that end at once do not see each other, so none of them may have noticed. */
function assertAnyDescribed({ rows, failed }: Rows): void {
  const [first] = failed;
  if (first !== undefined && failed.length === rows.length) throw nothingDescribed(first.message);
}

async function publish(
  job: RunningJob,
  { rows, failed, embeddingModel, dimensions }: Rows,
  ports: StorePorts,
): Promise<"published" | "superseded"> {
  const holder = attemptId(job);
  const { tenant, documentId, attributes, documentVersion: version } = job;
  // An earlier publish that committed and could not be recorded: this one overwrites the trace of it.
  await currentDocument(job, ports);
  const stated = job.title ?? job.extraction?.title;
  const title = stated === undefined ? {} : { title: stated };
  const record = {
    documentId,
    version,
    ...title,
    contentType: job.extraction?.contentType ?? job.contentType,
    attributes,
    // The same document again is no work while it is whole; a chunk that a provider refused is tried again.
    fingerprint: failed.length === 0 ? job.fingerprint : "",
    chunkCount: rows.length,
    embeddingModel,
    dimensions,
    jobId: job.jobId,
    storedAt: isoTime(ports.clock),
  };
  const begun = await ports.documents.beginPublish(job, {
    version,
    holder,
    leaseMs: documentLeaseMs,
    nowMs: ports.clock.now(),
    record,
  });
  switch (begun) {
    case "superseded":
      return "superseded";
    case "busy":
      throw new StoreConflictError(`storage: Another version of ${documentId} is being stored.`);
    case "granted":
      break;
  }
  // A run that died between its commit and its record left no other trace of its version than the
  // chunks; readers have seen them, and must not see an earlier version after that.
  const [seen] = await ports.vectors.chunks(job, { from: 0, limit: 1, vectors: false });
  if (seen !== undefined && seen.version > version) return "superseded";
  await ports.vectors.publish({ tenant, documentId, version, attributes, ...title }, rows, {
    embeddingModel,
    dimensions,
  });
  await ports.documents.commitPublish(job, holder, record);
  return "published";
}

function resultOf(
  job: RunningJob,
  { rows, failed, embeddingModel, dimensions }: Rows,
  superseded: boolean,
): Omit<JobResult, "usage"> {
  const unread = unreadOf(job.extraction ?? { unreadablePages: [] });
  return {
    documentId: job.documentId,
    documentVersion: job.documentVersion,
    chunkCount: rows.length,
    embeddingModel,
    dimensions,
    unchanged: false,
    superseded,
    ...unread,
    degraded: failed.length > 0 || unread.degraded,
    failedChunks: failed.slice(0, maxFailedChunksListed),
    failedChunkCount: failed.length,
  };
}
