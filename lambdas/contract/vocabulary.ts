/** The words that the API, its clients and the stored records share. */
export const stageNames = ["chunking", "metadata", "embeddings", "storage"] as const;

export type StageName = (typeof stageNames)[number];

/** The two stages whose work is done batch by batch, in parallel. */
export type BatchStage = "metadata" | "embeddings";

export const jobStatuses = ["queued", "processing", "completed", "failed", "cancelled"] as const;

export type JobStatus = (typeof jobStatuses)[number];

/** Of a document; job ids, which are ULIDs, are of this form too. */
export const documentIdPattern = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/;

export const contentTypes = ["text/plain", "text/markdown"] as const;

export type ContentType = (typeof contentTypes)[number];

/** A caller's own value on a document; what filters match. */
export type AttributeValue = string | number | boolean;

export const chunkingStrategies = ["markdown", "recursive"] as const;

export const searchModes = ["hybrid", "vector", "text"] as const;

export type SearchMode = (typeof searchModes)[number];

/** The two capped resources. `llm` serves the metadata stage, `embeddings` the other and search. */
export type Dependency = "llm" | "embeddings";
