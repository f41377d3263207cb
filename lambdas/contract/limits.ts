/** Limits of the API. */
/** API Gateway waits 29 s for a function; requests end before that. */
export const httpTimeoutSeconds = 29;

/** Inline `text` in a request body, in bytes of UTF-8. */
export const maxInlineBytes = 4 * 1024 * 1024;

/** A growing response is cut at this size: a function can return at most 6 MB. */
export const maxAnswerBytes = 5 * 1024 * 1024;

/** The largest document for `POST /v1/uploads`. */
export const maxUploadBytes = 50 * 1024 * 1024;

export const maxChunks = 5_000;

/** A document's attributes and options together, as JSON in UTF-8: each step of a job reads them. */
export const maxExtrasBytes = 4_096;

/** The furthest that a search skips: an index does not page without end. */
export const maxSearchOffset = 900;

/** Documents in one `POST /v1/ingest/batch`. */
export const maxBatchItems = 100;
