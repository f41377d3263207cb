import {
  CopyObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
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
   * S3 answers 403 for a missing object if the right to list is bound to a prefix, as it is for a
   * role that lacks rights altogether. A listing tells the two apart: without rights it fails.
   */
  async look(key: string): Promise<FoundObject | undefined> {
    try {
      const head = await this.#client.send(
        new HeadObjectCommand({ Bucket: this.#bucket, Key: key }),
      );
      const { ETag = "", ContentLength = 0, ContentType = "" } = head;
      return { etag: ETag, sizeBytes: ContentLength, contentType: ContentType };
    } catch (error) {
      if (!isStatus(error, 403, 404)) throw error;
      // Of the keys that begin with this one, it is the first.
      const [first] = (await this.#page({ Prefix: key, MaxKeys: 1 })).objects;
      if (first?.key !== key) return undefined;
      throw error;
    }
  }

  list(
    prefix: string,
    after: string,
  ): Promise<{ objects: readonly ListedObject[]; more: boolean }> {
    return this.#page({ Prefix: prefix, ...(after === "" ? {} : { StartAfter: after }) });
  }

  async text(key: string, maxBytes: number): Promise<string | undefined> {
    if ((await this.look(key)) === undefined) return undefined;
    const { Body, ContentLength = 0 } = await this.#client.send(
      new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
    );
    if (ContentLength > maxBytes) {
      throw new ObjectUnreadableError(
        "invalid_attributes",
        `The file ${key} has ${ContentLength} bytes, more than the ${maxBytes} bytes that attributes may have.`,
      );
    }
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
    const objects = Contents.flatMap(({ Key, ETag = "", Size = 0 }) =>
      Key === undefined ? [] : [{ key: decoded(Key), etag: ETag, sizeBytes: Size }],
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

function decoded(key: string): string {
  return decodeURIComponent(key.replaceAll("+", " "));
}

function isStatus(error: unknown, ...statuses: readonly number[]): boolean {
  const status = error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
  return status !== undefined && statuses.includes(status);
}
