import { naming } from "../../contract/file-formats.ts";
import type { Chance, Clock } from "../../platform/clock.ts";
import { hasVisibleText } from "../../platform/visible-text.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import type { PendingAttachments } from "../../records/attachments/pending-attachments.ts";
import type { Attempt } from "../../records/jobs/attempt.ts";
import { type AttachmentNote, assertRunning, type RunningJob } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import { objectKeys } from "../../records/objects/object-keys.ts";
import type { ObjectStore } from "../../records/objects/objects.ts";
import { attachmentNotes, becomesDocument } from "./attachments.ts";
import { EmptyDocumentError } from "./errors.ts";
import type { Extraction } from "./extract.ts";
import type { Declared } from "./extraction.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { liveProgress } from "./live-progress.ts";
import { encodePlaces } from "./places.ts";
import type { Progress } from "./sandbox/run.ts";

export interface ExtractPorts {
  readonly jobs: JobStore;
  readonly objects: ObjectStore;
  readonly attachments: PendingAttachments;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly read: ReadFile;
}

/** Reads a file; ends when the signal says so. @throws ExtractError */
export type ReadFile = (
  bytes: Uint8Array,
  declared: Declared,
  watch: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
) => Promise<Extraction>;

export interface ExtractSettings {
  /** That describe and embed what is stored. */
  readonly models: readonly ModelIdentity[];
}

/**
 * Reads the document's file into Markdown, once: a later attempt finds it. Before it is read,
 * nothing is known of a document but what its sender declared.
 * @throws ExtractError if it cannot be read, JobCancelledError
 */
export async function extractJob(
  attempt: Attempt,
  ports: ExtractPorts,
  settings: ExtractSettings,
): Promise<void> {
  const job = await ports.jobs.read(attempt.jobId);
  assertRunning(job, attempt);
  if (job.extraction !== undefined) {
    // Sweep may have forgotten them when an earlier attempt failed.
    if (job.extraction.attachments?.some(becomesDocument)) {
      await ports.attachments.note(job.jobId);
    }
    return;
  }
  const keys = objectKeys(job.jobId);
  const live = liveProgress(attempt, ports);
  const reading = await ports.read(await ports.objects.get(keys.original), declaredOf(job), live);
  const total = reading.pageCount ?? (await live.end());
  if (!hasVisibleText(reading.markdown)) {
    throw new EmptyDocumentError(
      "The document has no text that can be seen. Send a document that contains text.",
    );
  }
  const attachments = attachmentNotes(job, reading.attachments, ports.chance);
  await Promise.all([
    ports.objects.put(keys.text, reading.markdown),
    ports.objects.put(keys.places, encodePlaces(reading)),
    keepAttachments(job.jobId, attachments, reading, ports),
  ]);
  const extraction = {
    contentType: naming[reading.format].contentTypes[0],
    ...(reading.title === undefined ? {} : { title: reading.title.slice(0, maxTitleLength) }),
    ...(total === undefined ? {} : { total }),
    unreadablePages: reading.unreadablePages,
    ...(attachments.length === 0 ? {} : { attachments }),
  };
  await ports.jobs.recordExtraction(
    attempt,
    extraction,
    fingerprintOf(job, reading, extraction.contentType, settings.models),
  );
}

/** As long as a sender's own title may be. */
const maxTitleLength = 500;

function declaredOf({ contentType, filename }: RunningJob): Declared {
  return { contentType, filename };
}

/** They are noted as still to be queued before the job can complete, so that none is lost. */
async function keepAttachments(
  jobId: string,
  notes: readonly AttachmentNote[],
  { attachments }: Extraction,
  ports: ExtractPorts,
): Promise<void> {
  const kept = notes.filter(becomesDocument);
  if (kept.length === 0) return;
  const keys = objectKeys(jobId);
  for (const { index = 0 } of kept) {
    await ports.objects.put(keys.attachment(index), attachments[index]?.bytes ?? "");
  }
  await ports.attachments.note(jobId);
}
