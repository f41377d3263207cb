import {
  CopyObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { isAccepted } from "../../contract/file-formats.ts";
import { maxUploadBytes } from "../../contract/limits.ts";
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

  look: Uploads["look"] = async (upload) => {
    const { ContentLength = 0, ContentType = "", ETag = "" } = await this.#head(upload);
    // The ticket has made sure of both, unless it was made by another deployment.
    if (!isAccepted(ContentType) || ContentLength > maxUploadBytes) {
      throw new UploadUnusableError(
        `refers to a file of type ${ContentType} with ${ContentLength} bytes. Upload a supported type of at most ${maxUploadBytes} bytes`,
      );
    }
    return { contentType: ContentType, sizeBytes: ContentLength, tag: ETag };
  };

  keep: Uploads["keep"] = async (upload, { tag }, key) => {
    const { Bucket, Key } = this.#address(upload);
    await this.#client
      .send(
        new CopyObjectCommand({
          Bucket,
          Key: key,
          CopySource: `${Bucket}/${Key}`,
          CopySourceIfMatch: tag,
        }),
      )
      .catch((error: unknown) => {
        if (isStatus(error, 404)) throw new UploadMissingError(upload);
        if (isStatus(error, 412))
          throw new UploadUnusableError("refers to a file that has just been replaced. Try again");
        throw error;
      });
  };

  async #head(upload: UploadRef) {
    try {
      return await this.#client.send(new HeadObjectCommand(this.#address(upload)));
    } catch (error) {
      if (isStatus(error, 404)) throw new UploadMissingError(upload);
      throw error;
    }
  }

  /** A tenant may be named with any characters; its hash has a length and no slashes. */
  #address({ tenant, uploadId }: UploadRef) {
    return { Bucket: this.#bucket, Key: `${uploadsPrefix}${sha256(tenant)}/${uploadId}` };
  }
}

function isStatus(error: unknown, status: number): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === status;
}
