/** The attachments of a stored mail, as documents of their own. */

import { RequestRefusedError } from "../contract/refusals.ts";
import type { PendingAttachments } from "../records/attachments/pending-attachments.ts";
import type { AttachmentNote, EndedJob } from "../records/jobs/job.ts";
import { hasEnded } from "../records/jobs/job.ts";
import type { Leases } from "../records/leases/leases.ts";
import { objectKeys } from "../records/objects/object-keys.ts";
import { ObjectMissingError } from "../records/objects/objects.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import { refusalBy } from "./refusals.ts";
import { type SubmitPorts, submit } from "./submit.ts";

export interface AttachmentPorts extends SubmitPorts {
  readonly attachments: PendingAttachments;
  readonly leases: Leases;
}

/** Longer than the function that submits them runs. */
const leaseMs = 40_000;
/** Those that are left are for the next sweep. */
const timeMs = 15_000;

/**
 * Submits the attachments of a completed job that were not submitted yet, while the queue has room.
 * Each has its document's id and its job's id from when the mail was read, so that a repetition
 * submits none twice. Attachments of a version that is not the stored one any more are left out.
 * @param holder names this run
 * @returns `waiting` if some are still to be submitted; the next sweep has this run again
 */
export async function submitAttachments(
  jobId: string,
  holder: string,
  ports: AttachmentPorts,
  limits: GateLimits,
): Promise<"done" | "waiting"> {
  const job = await ports.jobs.read(jobId);
  const sent = job?.extraction?.attachments?.filter(isSent) ?? [];
  if (job === undefined || !hasEnded(job) || sent.length === 0) return "done";
  const lease = `attachments-${jobId}`;
  if ((await ports.leases.acquire(lease, holder, leaseMs)) === "busy") return "waiting";
  try {
    const outcome = (await isCurrent(job, ports))
      ? await submitEach(job, sent, ports, limits)
      : "done";
    if (outcome === "done") await ports.attachments.forget(jobId);
    return outcome;
  } finally {
    await ports.leases.release(lease, holder).catch(() => undefined);
  }
}

interface SentNote extends AttachmentNote {
  readonly documentId: string;
  readonly jobId: string;
}

function isSent(note: AttachmentNote): note is SentNote {
  return note.documentId !== undefined && note.jobId !== undefined;
}

/** The attachments of a later version would else be followed by those of this one. */
async function isCurrent(job: EndedJob, { documents }: SubmitPorts): Promise<boolean> {
  if (job.status !== "completed" || job.result.superseded) return false;
  const { stored, begun } = await documents.look(job);
  const { documentVersion } = job.result;
  return stored?.version === documentVersion || begun?.version === documentVersion;
}

async function submitEach(
  parent: EndedJob,
  notes: readonly SentNote[],
  ports: SubmitPorts,
  limits: GateLimits,
): Promise<"done" | "waiting"> {
  const startedAt = ports.clock.now();
  for (const note of notes) {
    if ((await ports.jobs.read(note.jobId)) !== undefined) continue;
    // A submission that is refused counts as one in the metrics; this one has not been made yet.
    const refusal = refusalBy(await ports.gate.read(), limits, {
      jobId: note.jobId,
      tenant: parent.tenant,
    });
    if (refusal !== undefined || ports.clock.now() - startedAt > timeMs) return "waiting";
    try {
      await submitOne(parent, note, ports, limits);
    } catch (error) {
      if (error instanceof ObjectMissingError) continue;
      // Only what passes is worth another try.
      if (error instanceof RequestRefusedError && error.retryAfterSeconds === undefined) continue;
      return "waiting";
    }
  }
  return "done";
}

async function submitOne(
  parent: EndedJob,
  { documentId, jobId, filename, contentType, index }: SentNote,
  ports: SubmitPorts,
  limits: GateLimits,
): Promise<void> {
  const bytes = await ports.objects.get(objectKeys(parent.jobId).attachment(index ?? 0));
  await submit(
    {
      tenant: parent.tenant,
      request: {
        document_id: documentId,
        filename,
        attributes: { ...parent.attributes, parent_document_id: parent.documentId },
        options: {},
      },
      jobOptions: parent.options,
      parent: {
        documentId: parent.documentId,
        jobId: parent.jobId,
        depth: (parent.parent?.depth ?? 0) + 1,
      },
      file: { bytes, contentType },
      bodyHash: "",
    },
    { ...ports, chance: { jobId: () => jobId, random: () => ports.chance.random() } },
    limits,
  );
}
