import { contentTypeOfName, formatOfContentType, isAccepted } from "../../contract/file-formats.ts";
import { RequestRefusedError } from "../../contract/refusals.ts";
import { type AcceptPorts, acceptDocument } from "../../intake/submit.ts";
import { type Chance, type Clock, isoTime } from "../../platform/clock.ts";
import type { GateLimits } from "../../scheduling/gate/gate-state.ts";
import { attributesOf } from "../attributes.ts";
import {
  type FoundObject,
  ObjectChangedError,
  ObjectUnreadableError,
  type SourceBucket,
} from "../bucket.ts";
import { type Changes, isDocument } from "../changes.ts";
import { documentIdOfKey } from "../document-id.ts";
import { notice } from "../notice.ts";
import {
  archivedCode,
  claimed,
  type DocumentRecord,
  failed,
  maxTries,
  postponed,
  stateOf,
  tooLargeCode,
  unclaimed,
  unreadableCode,
  wantedTag,
} from "../record.ts";
import type { Source } from "../source.ts";
import type { SourceStore } from "../source-store.ts";
import { whyOf } from "../why.ts";

export interface SubmitObjectPorts extends AcceptPorts {
  readonly bucketOf: (source: Source) => SourceBucket;
  readonly sources: SourceStore;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** `full`: there is no free slot. `failed`: without a job. `passed`: nothing for now. */
export type SubmittedObject = "submitted" | "failed" | "full" | "passed";

/**
 * Submits a waiting object as a job. The record names the job before it exists, so after a crash
 * the job itself says whether the object was submitted.
 */
export async function submitObject(
  source: Source,
  key: string,
  changes: Changes,
  ports: SubmitObjectPorts,
  limits: GateLimits,
): Promise<SubmittedObject> {
  const { clock, chance } = ports;
  const read = await changes.read(key);
  if (!isDocument(read?.record) || stateOf(read.record) !== "waiting") return "passed";
  const { record } = read;
  const tag = wantedTag(record);
  if (tag === undefined || record.object === undefined) return "passed";
  const nowMs = clock.now();
  const jobId = chance.jobId();
  const claim = { jobId, tag, atMs: nowMs };
  if (!(await changes.write(key, read, claimed(record, claim, nowMs)))) return "passed";
  try {
    await submitVersion(source, { key, etag: record.object.etag, jobId }, ports, limits);
    return "submitted";
  } catch (error) {
    return explain(error, source, { key, jobId }, changes, ports);
  }
}

interface Version {
  readonly key: string;
  readonly etag: string;
  readonly jobId: string;
}

async function submitVersion(
  source: Source,
  { key, etag, jobId }: Version,
  ports: SubmitObjectPorts,
  limits: GateLimits,
): Promise<void> {
  const bucket = ports.bucketOf(source);
  const object = await bucket.look(key);
  if (object?.etag !== etag) throw new ObjectChangedError(key);
  const filename = key.slice(key.lastIndexOf("/") + 1);
  const contentType = typeOf(source, object, filename);
  const attributes = await attributesOf(source, key, bucket);
  await acceptDocument(
    {
      tenant: source.tenant,
      jobId,
      request: {
        document_id: documentIdOfKey(source, key),
        ...(filename.length > 255 ? {} : { filename }),
        attributes,
        options: {},
      },
      source: {
        contentType,
        sizeBytes: object.sizeBytes,
        keep: (to) => bucket.copy(key, etag, to),
      },
    },
    ports,
    // Without a queue: a job is admitted only if it can start at once.
    { ...limits, maxQueued: 0 },
  );
}

/** The type that the bucket declares, or that the name tells if the bucket does not know. */
function typeOf(source: Source, object: FoundObject, filename: string): string {
  const { contentType, sizeBytes, archived } = object;
  if (sizeBytes === 0) {
    throw new ObjectUnreadableError("empty_document", "The object is empty.");
  }
  if (sizeBytes > source.maxSizeBytes) {
    throw new ObjectUnreadableError(
      tooLargeCode,
      `The object has ${sizeBytes} bytes; the limit of this source is ${source.maxSizeBytes} bytes.`,
    );
  }
  if (archived) {
    throw new ObjectUnreadableError(
      archivedCode,
      "The object is archived in its storage class. Restore it in S3; it is then ingested by itself.",
    );
  }
  if (formatOfContentType(contentType) === "silent" || !isAccepted(contentType)) {
    return contentTypeOfName(filename);
  }
  return contentType;
}

async function explain(
  error: unknown,
  source: Source,
  { key, jobId }: Pick<Version, "key" | "jobId">,
  changes: Changes,
  ports: SubmitObjectPorts,
): Promise<SubmittedObject> {
  const { clock } = ports;
  const cause = error instanceof RequestRefusedError ? (error.cause ?? error) : error;
  const own = (next: (record: DocumentRecord) => DocumentRecord) =>
    changes.change(key, (record) =>
      isDocument(record) && record.claim?.jobId === jobId ? next(record) : record,
    );
  if (cause instanceof ObjectChangedError) {
    await own((record) => unclaimed(record, clock.now()));
    await notice(source, key, { bucket: ports.bucketOf(source), clock }, changes);
    return "passed";
  }
  if (cause instanceof ObjectUnreadableError) {
    const { code, message } = cause;
    await own((record) => failed(record, { code, message, at: isoTime(clock) }, clock.now()));
    return "failed";
  }
  if (cause instanceof RequestRefusedError) {
    const { code, message } = cause;
    if (code === "queue_full") {
      await own((record) => unclaimed(record, record.sinceMs));
      return "full";
    }
    // The job may exist: the claim stays until it shows, or is given back when it is old.
    if (code === "unavailable") return "full";
    await own((record) => failed(record, { code, message, at: isoTime(clock) }, clock.now()));
    return "failed";
  }
  await noteTrouble(cause, source, own, ports);
  return "passed";
}

/** The bucket did not answer, or refuses: other objects first, then this one again. */
async function noteTrouble(
  cause: unknown,
  source: Source,
  own: (next: (record: DocumentRecord) => DocumentRecord) => Promise<unknown>,
  { sources, clock }: SubmitObjectPorts,
): Promise<void> {
  const why = whyOf(cause, 500);
  const at = isoTime(clock);
  await sources.noteProblem(source.name, { at, message: why });
  await own((record) => {
    if ((record.tries ?? 0) + 1 < maxTries) return postponed(record, clock.now());
    const message = `The object could not be read in ${maxTries} tries (${why}). Check the rights of the bucket and of the key that encrypts it; the next comparison with the bucket tries it again.`;
    return failed(record, { code: unreadableCode, message, at }, clock.now());
  });
}
