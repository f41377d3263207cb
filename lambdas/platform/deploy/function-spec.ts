/**
 * What a function needs: time, memory and rights. Each step has its own in `function.ts` beside its
 * handler, and `infra/` turns it into grants: a right that is not there does not exist.
 */
export type TableAccess = "none" | "read" | "write";
/**
 * `write` reads and puts, `remove` deletes as well. `offer` only puts: a
 * presigned request may put no more than the step that signed it.
 */
export type ObjectAccess = "none" | "read" | "offer" | "write" | "remove";

export interface FunctionSpec {
  readonly timeoutSeconds: number;
  /** MB. Lambda gives CPU in proportion: 1,769 MB are one core. */
  readonly memoryMb: number;
  /** Jobs, gate, limiter, breaker, documents, answers. */
  readonly table: TableAccess;
  /** Lists jobs of a tenant, by the table's index. */
  readonly listsJobs?: true;
  /** Texts and batches of jobs. */
  readonly documents: ObjectAccess;
  /** Files that clients upload, in the same bucket. */
  readonly uploads?: "read" | "offer";
  /** The vector store. */
  readonly vectors: ObjectAccess;
  /** Wakes dispatch. */
  readonly wakes?: true;
  /** Counts the wake-ups that failed. */
  readonly countsDeadLetters?: true;
  /** Reads the provider's key for this stage, if there is one. */
  readonly secret?: "LLM_API_KEY" | "EMBEDDINGS_API_KEY";
}

export const noAccess = { table: "none", documents: "none", vectors: "none" } as const;
