/**
 * Returns a bucket to what it held at an earlier time, from the old versions of its objects. Writes
 * new versions and delete markers only, so a restore can itself be undone by another one.
 */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from "@aws-sdk/client-s3";
import pMap from "p-map";
import { LocalFailure } from "./failure.ts";

export interface Restored {
  /** Objects whose content of that time was written again. */
  readonly restored: number;
  /** Objects that did not exist at that time and were deleted. */
  readonly removed: number;
  readonly untouched: number;
}

interface Version {
  /** Missing for a delete marker. */
  readonly versionId?: string;
  readonly atMs: number;
  readonly isLatest: boolean;
}

/** Requests in flight. */
const concurrency = 16;

/**
 * @param at the time whose content is wanted
 * @throws LocalFailure, with nothing changed, if the bucket keeps no old versions or was empty then
 * @throws an error of S3, for example for a missing permission; a repeated run goes on where it ended
 */
export async function restoreObjects(
  client: S3Client,
  bucket: string,
  at: Date,
): Promise<Restored> {
  const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket: bucket }));
  if (Status === undefined) {
    throw new LocalFailure(
      `The bucket ${bucket} keeps no old versions, as on a laptop, so nothing can be brought back. Nothing was changed.`,
    );
  }
  const versions = await versionsIn(client, bucket);
  const isFilledThen = versions.some(
    ([, found]) => newestUntil(found, at.getTime())?.versionId !== undefined,
  );
  if (versions.length > 0 && !isFilledThen) {
    throw new LocalFailure(
      `The bucket ${bucket} was empty at ${at.toISOString()}: all that it holds would be deleted. Choose a later time. Nothing was changed.`,
    );
  }
  const done = await pMap(
    versions,
    async ([key, found]): Promise<keyof Restored> => {
      const then = newestUntil(found, at.getTime());
      const latest = found.find(({ isLatest }) => isLatest);
      if (then?.versionId === undefined) {
        if (latest?.versionId === undefined) return "untouched";
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
        return "removed";
      }
      if (then === latest) return "untouched";
      const source = `${bucket}/${encodeURIComponent(key)}?versionId=${then.versionId}`;
      await client.send(new CopyObjectCommand({ Bucket: bucket, Key: key, CopySource: source }));
      return "restored";
    },
    { concurrency },
  );
  const count = (what: keyof Restored) => done.filter((one) => one === what).length;
  return { restored: count("restored"), removed: count("removed"), untouched: count("untouched") };
}

async function versionsIn(client: S3Client, bucket: string): Promise<[string, Version[]][]> {
  const found = new Map<string, Version[]>();
  const note = (key: string, version: Version) =>
    found.set(key, [...(found.get(key) ?? []), version]);
  for await (const page of pages(client, bucket)) {
    for (const { Key = "", VersionId, LastModified, IsLatest } of page.Versions ?? []) {
      const atMs = LastModified?.getTime() ?? 0;
      note(Key, { versionId: VersionId ?? "null", atMs, isLatest: IsLatest === true });
    }
    for (const { Key = "", LastModified, IsLatest } of page.DeleteMarkers ?? []) {
      note(Key, { atMs: LastModified?.getTime() ?? 0, isLatest: IsLatest === true });
    }
  }
  return [...found];
}

/** Of two versions of one moment, S3 lists the newer one first. */
function newestUntil(versions: readonly Version[], atMs: number): Version | undefined {
  return versions
    .filter((version) => version.atMs <= atMs)
    .reduce<Version | undefined>(
      (newest, one) => (newest === undefined || one.atMs > newest.atMs ? one : newest),
      undefined,
    );
}

/** The SDK has no paginator for this call. */
async function* pages(
  client: S3Client,
  Bucket: string,
): AsyncGenerator<ListObjectVersionsCommandOutput> {
  let next: Pick<ListObjectVersionsCommandOutput, "KeyMarker" | "VersionIdMarker"> | undefined = {};
  while (next !== undefined) {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket, ...next }),
    );
    yield page;
    next =
      page.IsTruncated === true
        ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker }
        : undefined;
  }
}
