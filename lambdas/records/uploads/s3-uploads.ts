import { GetObjectCommand, NoSuchKey, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { maxUploadBytes } from "../../contract/limits.ts";
import { contentTypes } from "../../contract/vocabulary.ts";
import { sha256 } from "../../platform/sha256.ts";
import { uploadsPrefix } from "../objects/object-keys.ts";
import {
  UploadMissingError,
  type UploadRef,
  type Uploads,
  UploadUnusableError,
} from "./uploads.ts";

/** Uploads in an S3 bucket, put there by presigned requests. */
export class S3Uploads implements Uploads {
  readonly #client: S3Client;
  readonly #bucket: string;

  /** @param client made with `requestChecksumCalculation: "WHEN_REQUIRED"`: a presigned checksum would be that of no bytes */
  constructor(client: S3Client, bucket: string) {
    this.#client = client;
    this.#bucket = bucket;
  }

  offer: Uploads["offer"] = async (upload, { contentType, sizeBytes, nowMs, validMs }) => {
    const command = new PutObjectCommand({
      ...this.#address(upload),
      ContentType: contentType,
      ContentLength: sizeBytes,
    });
    const url = await getSignedUrl(this.#client, command, {
      signingDate: new Date(nowMs),
      expiresIn: Math.floor(validMs / 1_000),
      // Signed headers must be sent as they are, so type and size are S3's to refuse.
      // The size is signed anyway; the type only if it is asked for.
      signableHeaders: new Set(["content-type"]),
    });
    const headers = { "content-type": contentType };
    return { url, method: "PUT", headers, expiresAtMs: nowMs + validMs };
  };

  read: Uploads["read"] = async (upload) => {
    const { Body, ContentLength = 0, ContentType } = await this.#get(upload);
    const contentType = contentTypes.find((known) => known === ContentType);
    // The ticket has made sure of both, unless it was made by an older deployment.
    if (contentType === undefined || ContentLength > maxUploadBytes) {
      throw new UploadUnusableError(
        `refers to a file of type ${ContentType} with ${ContentLength} bytes. Upload ${contentTypes.join(" or ")} of at most ${maxUploadBytes} bytes`,
      );
    }
    return { contentType, bytes: (await Body?.transformToByteArray()) ?? new Uint8Array() };
  };

  async #get(upload: UploadRef) {
    try {
      return await this.#client.send(new GetObjectCommand(this.#address(upload)));
    } catch (error) {
      if (error instanceof NoSuchKey) throw new UploadMissingError(upload);
      throw error;
    }
  }

  /** A tenant may be named with any characters; its hash has a length and no slashes. */
  #address({ tenant, uploadId }: UploadRef) {
    return { Bucket: this.#bucket, Key: `${uploadsPrefix}${sha256(tenant)}/${uploadId}` };
  }
}
