/**
 * A hint that a key may have changed, from an event or a listing. The bucket is asked how the
 * object is now, so it does not matter in which order hints come, how often, or how late (ADR 55).
 */
import type { Clock } from "../platform/clock.ts";
import type { SourceBucket } from "./bucket.ts";
import { type Changes, isDocument } from "./changes.ts";
import { forgiven, mayHelp, seen, touched } from "./record.ts";
import { describedBy, type Source } from "./source.ts";

export interface NoticePorts {
  readonly bucket: SourceBucket;
  readonly clock: Clock;
}

/** Of a file with attributes that is gone. */
const noAttributes = "none";

export async function notice(
  source: Source,
  key: string,
  ports: NoticePorts,
  changes: Changes,
): Promise<void> {
  const described = describedBy(source, key);
  if (described !== undefined && key.startsWith(source.prefix)) {
    return noticeAttributes(key, described, ports, changes);
  }
  const { bucket, clock } = ports;
  await changes.change(key, async (record) => {
    const known = isDocument(record) ? record : undefined;
    if (known === undefined && !source.matches(key)) return record;
    // An object that the settings leave out now is as good as gone.
    const object = source.matches(key) ? await bucket.look(key) : undefined;
    const next = seen(known, key, object && seenPart(object), clock.now());
    const isAgain = known !== undefined && next === known && object !== undefined;
    return isAgain && mayHelp(known, object, source) ? forgiven(known, clock.now()) : next;
  });
}

/** Tags are not part of an object's version, so the event itself says that they changed. */
export async function noticeTags(
  source: Source,
  { key, event }: { readonly key: string; readonly event: string },
  { clock }: NoticePorts,
  changes: Changes,
): Promise<void> {
  if (source.attributes !== "tags") return;
  await changes.change(key, (record) =>
    isDocument(record) ? touched(record, event, clock.now()) : record,
  );
}

/**
 * The object is marked before the file's own record is written: a crash in between is noticed
 * again, and marking twice changes nothing. An object without a record is left alone: whoever
 * ingests it reads the file then.
 */
async function noticeAttributes(
  key: string,
  described: string,
  { bucket, clock }: NoticePorts,
  changes: Changes,
): Promise<void> {
  await changes.change(key, async (record) => {
    // Settings of before took the file for a document, which is removed first.
    if (isDocument(record)) return seen(record, key, undefined, clock.now());
    const file = await bucket.look(key);
    const before = record?.kind === "attributes" ? record.etag : undefined;
    if (file?.etag === before) return record;
    await changes.change(described, (object) =>
      isDocument(object) ? touched(object, file?.etag ?? noAttributes, clock.now()) : object,
    );
    return file && { kind: "attributes", key, etag: file.etag };
  });
}

function seenPart({ etag, sizeBytes }: { etag: string; sizeBytes: number }) {
  return { etag, sizeBytes };
}
