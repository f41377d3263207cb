import type { Chance, Clock } from "../../platform/clock.ts";
import type { DocumentRef } from "../../records/documents/document-store.ts";
import type { SourceBucket } from "../bucket.ts";
import { type Changes, isDocument } from "../changes.ts";
import { documentIdOfKey } from "../document-id.ts";
import { notice } from "../notice.ts";
import { claimed, type DocumentRecord, settled, stateOf, unclaimed } from "../record.ts";
import type { Source } from "../source.ts";

export interface RemovePorts {
  readonly bucketOf: (source: Source) => SourceBucket;
  /**
   * Removes a document from every search; `busy` while it is being stored or removed by others.
   * @param holder names this removal
   */
  readonly removeDocument: (ref: DocumentRef, holder: string) => Promise<"removed" | "busy">;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** A document that is being stored is removed a little later. */
const busyPauseMs = 5_000;

/**
 * Removes the document of an object that is gone, after one more look at the bucket.
 * @returns whether it did
 */
export async function removeGone(
  source: Source,
  key: string,
  changes: Changes,
  ports: RemovePorts,
): Promise<boolean> {
  const { clock, chance, removeDocument } = ports;
  await notice(source, key, { bucket: ports.bucketOf(source), clock }, changes);
  const read = await changes.read(key);
  if (!isDocument(read?.record) || stateOf(read.record) !== "removing") return false;
  const nowMs = clock.now();
  const claim = { atMs: nowMs };
  if (!(await changes.write(key, read, claimed(read.record, claim, nowMs)))) return false;
  const ref = { tenant: source.tenant, documentId: documentIdOfKey(source, key) };
  const outcome = await removeDocument(ref, chance.jobId());
  await changes.change(key, (record) => {
    if (!isRemovalOf(record, nowMs)) return record;
    return outcome === "removed"
      ? settled(record, clock.now())
      : unclaimed(record, clock.now() + busyPauseMs);
  });
  return outcome === "removed";
}

function isRemovalOf(record: unknown, atMs: number): record is DocumentRecord {
  const one = record as DocumentRecord | undefined;
  return one?.kind === "document" && one.claim?.jobId === undefined && one.claim?.atMs === atMs;
}
