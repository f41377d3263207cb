import { SluiceError } from "../../platform/tasks/task-error.ts";

/** Why a document could not be read. None is retryable: the same bytes give the same answer. */
export abstract class ExtractError extends SluiceError {
  readonly treatment = "give-up";
  readonly retryable = false;
}

/** Every page is a picture: there is no text to index. */
export class NoTextError extends ExtractError {
  override readonly name = "NoTextError";
  readonly code = "no_text";
}

/** The document asks for a password, or its rights management hides the text. */
export class EncryptedDocumentError extends ExtractError {
  override readonly name = "EncryptedDocumentError";
  readonly code = "encrypted";
}

/** The bytes break the rules of their format. */
export class DamagedDocumentError extends ExtractError {
  override readonly name = "DamagedDocumentError";
  readonly code = "damaged";
}

/** The document holds nothing that could be indexed. */
export class EmptyDocumentError extends ExtractError {
  override readonly name = "EmptyDocumentError";
  readonly code = "empty_document";
}

/** The document is larger, deeper or wider than may be read (see `bounds.ts`). */
export class DocumentOverBoundsError extends ExtractError {
  override readonly name = "DocumentOverBoundsError";
  readonly code = "over_bounds";
}

/** The parser did not end in its time. */
export class ExtractionTimeoutError extends ExtractError {
  override readonly name = "ExtractionTimeoutError";
  readonly code = "extraction_timeout";
}

/** The parser took more memory than it may. */
export class ExtractionMemoryError extends ExtractError {
  override readonly name = "ExtractionMemoryError";
  readonly code = "extraction_out_of_memory";
}

/** The parser ended without an answer. */
export class ExtractionCrashedError extends ExtractError {
  override readonly name = "ExtractionCrashedError";
  readonly code = "extraction_failed";
}

/** The bytes are of a type that is not read, or of another type than was declared. */
export class UnsupportedDocumentTypeError extends ExtractError {
  override readonly name = "UnsupportedDocumentTypeError";
  readonly code = "unsupported_type";
}

/** The text is in an encoding that cannot be told with enough certainty. */
export class UnknownEncodingError extends ExtractError {
  override readonly name = "UnknownEncodingError";
  readonly code = "unknown_encoding";
}

const kinds = [
  NoTextError,
  EncryptedDocumentError,
  DamagedDocumentError,
  EmptyDocumentError,
  DocumentOverBoundsError,
  ExtractionTimeoutError,
  ExtractionMemoryError,
  ExtractionCrashedError,
  UnsupportedDocumentTypeError,
  UnknownEncodingError,
] as const;

const byName = new Map(kinds.map((Kind) => [new Kind("").name as string, Kind]));

/** The error that another process reported by its name. */
export function reviveError(name: string, message: string): ExtractError {
  return new (byName.get(name) ?? ExtractionCrashedError)(message);
}
