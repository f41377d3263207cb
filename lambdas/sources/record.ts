/**
 * What is known of one object of a source, and what each thing that happens makes of it. Pure: the
 * stores write a result only if nobody else has written the record meanwhile.
 */
import type { ObjectStateName } from "../contract/calls/sources.ts";

/** An object as the bucket has it. */
export interface SeenObject {
  /** Changes with the content. */
  readonly etag: string;
  readonly sizeBytes: number;
}

export interface Failure {
  /** The version that failed; another version is tried again. */
  readonly tag: string;
  readonly code: string;
  readonly message: string;
  readonly jobId?: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** Somebody works on the object. */
export interface Claim {
  /** The version that is being ingested; missing while the document is being removed. */
  readonly tag?: string;
  /** Named before the job exists: it decides whether the object was submitted. */
  readonly jobId?: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
}

export interface DocumentRecord {
  readonly kind: "document";
  readonly key: string;
  /** Missing once the object is gone. */
  readonly object?: SeenObject;
  /** Of the file with the object's attributes, or of a change of its tags; a change asks for another ingest. */
  readonly attributesTag?: string;
  /** The version that searches return; missing until the first one is stored. */
  readonly stored?: string;
  readonly failure?: Failure;
  readonly claim?: Claim;
  /** How often this version could not be read for a reason that may pass. */
  readonly tries?: number;
  /** Since when it is in its state, or may be tried again; epoch milliseconds. */
  readonly sinceMs: number;
}

/** A file with the attributes of another object. */
export interface AttributesRecord {
  readonly kind: "attributes";
  readonly key: string;
  readonly etag: string;
}

export type ObjectRecord = DocumentRecord | AttributesRecord;

export type ObjectState = ObjectStateName | "gone";

/** The version that should be searchable; nothing if none should. */
export function wantedTag({ object, attributesTag }: DocumentRecord): string | undefined {
  if (object === undefined) return undefined;
  return attributesTag === undefined ? object.etag : `${object.etag} ${attributesTag}`;
}

export function stateOf(record: DocumentRecord): ObjectState {
  const wanted = wantedTag(record);
  if (record.claim !== undefined) return "working";
  if (wanted === undefined) return record.stored === undefined ? "gone" : "removing";
  if (wanted === record.stored) return "stored";
  return record.failure?.tag === wanted ? "failed" : "waiting";
}

/**
 * The object as it was found, or not. The caller has read the record before it looked, so that of
 * two who look at once the later one is written.
 */
export function seen(
  record: DocumentRecord | undefined,
  key: string,
  object: SeenObject | undefined,
  nowMs: number,
): DocumentRecord | undefined {
  if (record === undefined) {
    return object && { kind: "document", key, object, sinceMs: nowMs };
  }
  if (record.object?.etag === object?.etag) return record;
  const { object: _, tries: __, ...kept } = record;
  return moved(record, { ...kept, ...(object && { object }) }, nowMs);
}

/** The attributes of the object may have changed; an object that is not known yet is read with them. */
export function touched(record: DocumentRecord, attributesTag: string, nowMs: number) {
  if (record.attributesTag === attributesTag) return record;
  const { tries: _, ...kept } = record;
  return moved(record, { ...kept, attributesTag }, nowMs);
}

export function claimed(record: DocumentRecord, claim: Claim, nowMs: number): DocumentRecord {
  return { ...record, claim, sinceMs: nowMs };
}

/** The claim is given back, and nothing was done. */
export function unclaimed(
  { claim: _, ...record }: DocumentRecord,
  sinceMs: number,
): DocumentRecord {
  return { ...record, sinceMs };
}

/** The claimed version is searchable, or, for a removal, nothing is. */
export function settled(record: DocumentRecord, nowMs: number): DocumentRecord {
  const { claim, failure: _, tries: __, stored: ___, ...kept } = record;
  const tag = claim?.tag;
  return { ...kept, ...(tag === undefined ? {} : { stored: tag }), sinceMs: nowMs };
}

export function failed(
  record: DocumentRecord,
  failure: Omit<Failure, "tag">,
  nowMs: number,
): DocumentRecord {
  const { claim, tries: _, ...kept } = record;
  const tag = claim?.tag;
  if (tag === undefined) return unclaimed(record, nowMs);
  return { ...kept, failure: { ...failure, tag }, sinceMs: nowMs };
}

/** Tries of one version that are refused for a reason that may pass, before it counts as failed. */
export const maxTries = 5;
const firstPauseMs = 30_000;

/** Tried again later, behind the others. */
export function postponed(record: DocumentRecord, nowMs: number): DocumentRecord {
  const tries = (record.tries ?? 0) + 1;
  return { ...unclaimed(record, nowMs + firstPauseMs * 2 ** (tries - 1)), tries };
}

/** The failure of an object that the bucket did not give out, which has nothing to do with the object. */
export const unreadableCode = "unreadable";

/** The failure of an object that must be restored from its storage class first. */
export const archivedCode = "archived";
/** The failure of an object over the source's limit, if no job has found it. */
export const tooLargeCode = "document_too_large";

/**
 * Whether a failed object may succeed although its content is the same: it was put again, for
 * example with another content type, it was restored, or the source's limit was raised.
 * @param object `archived` is missing where it is not known
 */
export function mayHelp(
  record: DocumentRecord,
  object: { readonly modifiedMs: number; readonly sizeBytes: number; readonly archived?: boolean },
  { maxSizeBytes }: { readonly maxSizeBytes: number },
): boolean {
  const { failure } = record;
  if (failure === undefined || stateOf(record) !== "failed") return false;
  if (failure.code === archivedCode) return object.archived !== true;
  if (object.modifiedMs > Date.parse(failure.at)) return true;
  const isOverOldLimit = failure.code === tooLargeCode && failure.jobId === undefined;
  return isOverOldLimit && object.sizeBytes <= maxSizeBytes;
}

/** Waits again; the failure is forgotten. */
export function forgiven({ failure: _, ...record }: DocumentRecord, nowMs: number): DocumentRecord {
  return { ...record, sinceMs: nowMs };
}

/** Waits from the moment at which it began to wait. */
function moved(before: DocumentRecord, after: DocumentRecord, nowMs: number): DocumentRecord {
  return stateOf(before) === stateOf(after) ? after : { ...after, sinceMs: nowMs };
}
