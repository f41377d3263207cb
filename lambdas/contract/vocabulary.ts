/** The words that the API, its clients and the stored records share. */
export const stageNames = ["extraction", "chunking", "metadata", "embeddings", "storage"] as const;

export type StageName = (typeof stageNames)[number];

/** The two stages that process their batches in parallel. */
export type BatchStage = "metadata" | "embeddings";

export const jobStatuses = ["queued", "processing", "completed", "failed", "cancelled"] as const;

export type JobStatus = (typeof jobStatuses)[number];

/** A document id. Job ids (ULIDs) match it too. */
export const documentIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

/** The ids of jobs. */
export const ulidPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** The ids of uploads, with the ending of the file's name if it tells a type. */
export const uploadIdPattern = /^[0-9A-HJKMNP-TV-Z]{26}(?:\.[a-z0-9]{1,12})?$/;

/** A cursor of a listing (base64url). */
export const cursorPattern = /^[A-Za-z0-9_-]{1,2048}$/;

/** A caller's own value on a document, for search filters. */
export type AttributeValue = string | number | boolean;

export const chunkingStrategies = ["markdown", "recursive"] as const;

/** What gets metadata: every chunk, the document as a whole, or nothing. */
export const metadataScopes = ["chunk", "document", "none"] as const;
export type MetadataScope = (typeof metadataScopes)[number];

export const searchModes = ["hybrid", "vector", "text"] as const;

export type SearchMode = (typeof searchModes)[number];

/**
 * The two limited dependencies: `llm` serves the metadata stage; `embeddings` serves the embed
 * stage and search.
 */
export type Dependency = "llm" | "embeddings";

/** Why a file within a document does not become a document of its own. */
export const skipReasons = ["unsupported_type", "empty_document", "over_bounds"] as const;
export type SkipReason = (typeof skipReasons)[number];
