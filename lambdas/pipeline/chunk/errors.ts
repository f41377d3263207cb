import { SluiceError } from "../../platform/tasks/task-error.ts";

/** The document cannot be processed as it is. */
export class InvalidDocumentError extends SluiceError {
  override readonly name = "InvalidDocumentError";
  readonly code = "invalid_document";
  readonly treatment = "give-up";
}

/** The document has more chunks than a job may have. */
export class DocumentTooLargeError extends SluiceError {
  override readonly name = "DocumentTooLargeError";
  readonly code = "document_too_large";
  readonly treatment = "give-up";
}
