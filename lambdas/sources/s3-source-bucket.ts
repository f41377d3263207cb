import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  type HeadObjectCommandOutput,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import {
  type FoundObject,
  type ListedObject,
  ObjectChangedError,
  ObjectUnreadableError,
  type SourceBucket,
} from "./bucket.ts";

/** A bucket of the user's, and the bucket to which its objects are copied. */
export class S3SourceBucket implements SourceBucket {
  readonly #client: S3Client;
  readonly #bucket: string;
  readonly #target: string;

  constructor(client: S3Client, bucket: string, target: string) {
    this.#client = client;
    this.#bucket = bucket;
    this.#target = target;
  }

  /**
   * S3 answers 403 for a missing object if the right to list is bound to a prefix, and 400 or 403
   * for an object whose key of encryption the caller cannot use. A listing tells what is there in
   * both cases, and fails for a role that lacks rights altogether.
   */
  async look(key: string): Promise<FoundObject | undefined> {
    if (isTooLong(key)) return undefined;
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: key }),
      );
      const { ETag = "", ContentLength = 0, ContentType = "", LastModified } = head;
      return {
        etag: ETag,
        sizeBytes: ContentLength,
        modifiedMs: LastModified?.getTime() ?? 0,
        contentType: ContentType,
        archived: isArchived(head),
      };
    } catch (error) {
      if (!isStatus(error, 400, 403, 404)) throw error;
      // Of the keys that begin with this one, it is the first.
      const [first] = (await this.#page({ Prefix: key, MaxKeys: 1 })).objects;
      return first?.key === key ? { ...first, contentType: "", archived: false } : undefined;
    }
  }

  list(
    prefix: string,
    after: string,
  ): Promise<{ objects: readonly ListedObject[]; more: boolean }> {
    return this.#page({ Prefix: prefix, ...(after === "" ? {} : { StartAfter: after }) });
  }

  async text(key: string, maxBytes: number): Promise<string | undefined> {
    const found = await this.look(key);
    if (found === undefined) return undefined;
    if (found.sizeBytes > maxBytes) {
      throw new ObjectUnreadableError(
        "invalid_attributes",
        `The file ${key} has ${found.sizeBytes} bytes, more than the ${maxBytes} bytes that attributes may have.`,
      );
    }
    const { Body } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
    );
    return (await Body?.transformToString("utf8")) ?? "";
  }

  async tags(key: string): Promise<Readonly<Record<string, string>>> {
    const { TagSet = [] } = await this.#client.send(
      new GetObjectTaggingCommand({ Bucket: this.#bucket, Key: key }),
    );
    return Object.fromEntries(
      TagSet.flatMap(({ Key, Value = "" }) => (Key === undefined ? [] : [[Key, Value]])),
    );
  }

  async #page(which: Omit<ListObjectsV2CommandInput, "Bucket">) {
    const { Contents = [], IsTruncated = false } = await this.#client.send(
      // XML cannot hold every character that a key may have.
      new ListObjectsV2Command({ Bucket: this.#bucket, EncodingType: "url", ...which }),
    );
    const objects = Contents.flatMap(({ Key, ETag = "", Size = 0, LastModified }) =>
      Key === undefined
        ? []
        : [
            {
              key: decoded(Key),
              etag: ETag,
              sizeBytes: Size,
              modifiedMs: LastModified?.getTime() ?? 0,
            },
          ],
    );
    return { objects, more: IsTruncated };
  }

  async copy(key: string, etag: string, to: string): Promise<void> {
    try {
      await this.#client.send(
        new CopyObjectCommand({
          Bucket: this.#target,
          Key: to,
          CopySource: `${this.#bucket}/${key.split("/").map(encodeURIComponent).join("/")}`,
          CopySourceIfMatch: etag,
          // Copying tags needs a right on them; copies have no use for them.
          TaggingDirective: "REPLACE",
        }),
      );
    } catch (error) {
      if (isStatus(error, 404, 412)) throw new ObjectChangedError(key);
      throw error;
    }
  }
}

/** Of UTF-8: the most that S3 takes. */
const maxKeyBytes = 1_024;

/** Such a key names nothing, but S3 answers with an error. The name of a file beside an object can be one. */
function isTooLong(key: string): boolean {
  return Buffer.byteLength(key) > maxKeyBytes;
}

/** In a storage class that must be restored before it can be read, and no restored copy is there. */
function isArchived({ StorageClass, ArchiveStatus, Restore }: HeadObjectCommandOutput): boolean {
  const isClass = StorageClass === "GLACIER" || StorageClass === "DEEP_ARCHIVE";
  if (!isClass && ArchiveStatus === undefined) return false;
  return !/ongoing-request="false"/.test(Restore ?? "");
}

function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}

function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status !== undefined && statuses.includes(status);
}
