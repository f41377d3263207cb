/**
 * The `code` of a failed job, by the name of the error that ended its task. Step Functions reports
 * only the name. Each error class repeats its code; a test keeps both equal.
 */
const codeByErrorName = {
  ProviderThrottledError: "provider_throttled",
  ProviderTimeoutError: "provider_timeout",
  ProviderUnavailableError: "provider_unavailable",
  StoreConflictError: "store_conflict",
  CapacityUnavailableError: "capacity_unavailable",
  TableThrottledError: "table_throttled",
  CircuitOpenError: "circuit_open",
  BatchUnfinishedError: "batch_unfinished",
  ProviderRejectedError: "provider_rejected",
  AnswerUnusableError: "answer_unusable",
  ProviderMisconfiguredError: "provider_misconfigured",
  InvalidDocumentError: "invalid_document",
  DocumentTooLargeError: "document_too_large",
  JobCancelledError: "job_cancelled",
  NoTextError: "no_text",
  EncryptedDocumentError: "encrypted",
  DamagedDocumentError: "damaged",
  EmptyDocumentError: "empty_document",
  DocumentOverBoundsError: "over_bounds",
  UnsupportedDocumentTypeError: "unsupported_type",
  UnknownEncodingError: "unknown_encoding",
  ExtractionTimeoutError: "extraction_timeout",
  ExtractionMemoryError: "extraction_out_of_memory",
  ExtractionCrashedError: "extraction_failed",
} as const;

export const jobErrorCodes: ReadonlyMap<string, string> = new Map(Object.entries(codeByErrorName));

/** Codes of jobs that no error of their own ended. */
export const otherJobErrorCodes = ["step_failed", "deadline_exceeded", "execution_lost"] as const;
export type OtherJobErrorCode = (typeof otherJobErrorCodes)[number];

/** Errors about the sender's file: it cannot be read as it is. */
export const unreadableDocumentErrors: ReadonlySet<string> = new Set([
  "no_text",
  "encrypted",
  "damaged",
  "empty_document",
  "over_bounds",
  "unsupported_type",
  "unknown_encoding",
]);

/** Errors that the same document meets again on every try. */
export const permanentJobErrors: ReadonlySet<string> = new Set([
  "invalid_document",
  "document_too_large",
  "provider_rejected",
  ...unreadableDocumentErrors,
  "extraction_timeout",
  "extraction_out_of_memory",
  "extraction_failed",
]);
