export interface UploadRef {
  readonly tenant: string;
  readonly uploadId: string;
}

/** What a client needs to put its file: an HTTP request to send the file's bytes with. */
export interface UploadTicket {
  readonly url: string;
  readonly method: "PUT";
  readonly headers: Readonly<Record<string, string>>;
  readonly expiresAtMs: number;
}

/** Documents too large for a request's body, on their way from a client to submit. */
export interface Uploads {
  /** A place for one file of exactly this type and size; any other is refused there. */
  offer(
    upload: UploadRef,
    file: {
      readonly contentType: string;
      readonly sizeBytes: number;
      readonly nowMs: number;
      readonly validMs: number;
    },
  ): Promise<UploadTicket>;
  /**
   * The head of what was put there, if it is of a type and size that can be ingested.
   * @throws UploadMissingError when nothing is there (yet, or any more), or it is another tenant's
   * @throws UploadUnusableError
   */
  look(upload: UploadRef): Promise<UploadedFile>;
  /**
   * Copies the file that was looked at to a key of the object store, without reading it.
   * @throws UploadMissingError when it is gone
   * @throws UploadUnusableError when another file was put in its place meanwhile
   */
  keep(upload: UploadRef, file: UploadedFile, key: string): Promise<void>;
}

export interface UploadedFile {
  readonly contentType: string;
  readonly sizeBytes: number;
  /** Changes with the content. */
  readonly tag: string;
}

export class UploadMissingError extends Error {
  override readonly name = "UploadMissingError";
  constructor({ uploadId }: UploadRef) {
    super(`The upload ${uploadId} has no file, or it has expired. Upload the file first.`);
  }
}

export class UploadUnusableError extends Error {
  override readonly name = "UploadUnusableError";
}
