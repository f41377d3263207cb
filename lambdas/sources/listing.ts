/** What a page of a bucket's listing means, compared with the records of the same range of keys. */
import type { ListedObject } from "./bucket.ts";
import { isDocument } from "./changes.ts";
import { mayHelp, type ObjectRecord } from "./record.ts";
import type { Revised } from "./record-store.ts";
import { describedBy, type Source } from "./source.ts";

export interface Differences {
  /** Objects that nobody has noticed: they are recorded as they are listed. */
  readonly unknown: readonly ListedObject[];
  /** Keys that are looked at, because the listing may be older than the record. */
  readonly doubtful: readonly string[];
}

export function differences(
  source: Source,
  listed: readonly ListedObject[],
  records: readonly Revised[],
): Differences {
  const known = new Map(records.map(({ record }) => [record.key, record]));
  const unknown: ListedObject[] = [];
  const doubtful: string[] = [];
  const there = new Set<string>();
  for (const object of listed) {
    const isFile = describedBy(source, object.key) !== undefined;
    if (!isFile && !source.matches(object.key)) continue;
    there.add(object.key);
    const record = known.get(object.key);
    if (record === undefined && !isFile) unknown.push(object);
    else if (isDoubtful(source, object, record, isFile)) doubtful.push(object.key);
  }
  for (const { record } of records) {
    const isGone = isDocument(record) && record.object === undefined;
    if (!there.has(record.key) && !isGone) doubtful.push(record.key);
  }
  return { unknown, doubtful };
}

function isDoubtful(
  source: Source,
  object: ListedObject,
  record: ObjectRecord | undefined,
  isFile: boolean,
): boolean {
  // The settings may say by now that a file has attributes, or that it is a document.
  if (record === undefined || isDocument(record) === isFile) return true;
  if (!isDocument(record)) return record.etag !== object.etag;
  return record.object?.etag !== object.etag || mayHelp(record, object, source);
}
