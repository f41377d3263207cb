import {
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  NotFound,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { type ObjectLink, ObjectMissingError, type ObjectStore } from "./objects.ts";

/** Objects in one S3 bucket. */
export class S3Objects implements ObjectStore {
  readonly #client: S3Client;
  readonly #bucket: string;

  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  async put(key: string, body: Uint8Array | string): Promise<void> {
    await this.#client.send(
      new PutObjectCommand({ Bucket: this.#bucket, Key: key, Body: Buffer.from(body) }),
    );
  }

  async get(key: string): Promise<Uint8Array> {
    try {
      const object = await this.#client.send(
        new GetObjectCommand({ Bucket: this.#bucket, Key: key }),
      );
      return (await object.Body?.transformToByteArray()) ?? new Uint8Array();
    } catch (error) {
      if (error instanceof NoSuchKey) throw new ObjectMissingError(key);
      throw error;
    }
  }

  async link(key: string, { contentType, filename, nowMs, validMs }: ObjectLink): Promise<string> {
    const address = { Bucket: this.#bucket, Key: key };
    try {
      await this.#client.send(new HeadObjectCommand(address));
    } catch (error) {
      if (error instanceof NotFound) throw new ObjectMissingError(key);
      throw error;
    }
    const name = encodeURIComponent(filename);
    return getSignedUrl(
      this.#client,
      new GetObjectCommand({
        ...address,
        ResponseContentType: contentType,
        ResponseContentDisposition: `attachment; filename*=UTF-8''${name}`,
      }),
      { signingDate: new Date(nowMs), expiresIn: Math.floor(validMs / 1_000) },
    );
  }

  async removeAll(prefix: string): Promise<void> {
    for (;;) {
      // Pages of a thousand, which is also what one delete may name; each page is gone before the next is read.
      const page = await this.#client.send(
        new ListObjectsV2Command({ Bucket: this.#bucket, Prefix: prefix }),
      );
      const keys = (page.Contents ?? []).flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
      if (keys.length === 0) return;
      const { Errors } = await this.#client.send(
        new DeleteObjectsCommand({ Bucket: this.#bucket, Delete: { Objects: keys, Quiet: true } }),
      );
      const [first] = Errors ?? [];
      if (first) throw new Error(`S3 did not delete ${first.Key}: ${first.Code} ${first.Message}`);
    }
  }
}
