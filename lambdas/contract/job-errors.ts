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
} as const;

export const jobErrorCodes: ReadonlyMap<string, string> = new Map(Object.entries(codeByErrorName));
