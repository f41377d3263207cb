import type { ItemKind } from "../dynamodb/item-keys.ts";
import type { Settings } from "../settings.ts";

/**
 * What a function needs: time, memory and rights. Each step declares its own in `function.ts`
 * beside its handler, and `infra/` turns them into grants. A right that is not declared does not
 * exist.
 */
export interface TableAccess {
  readonly reads?: readonly ItemKind[];
  /** Also reads them. */
  readonly writes?: readonly ItemKind[];
}
/**
 * `write` reads and puts; `remove` also deletes. `offer` only puts, because a presigned request has
 * no more rights than the step that signed it.
 */
export type ObjectAccess = "none" | "read" | "offer" | "write" | "remove";

export interface FunctionSpec {
  /** Whether a deployment with these settings has the function. @default it has */
  readonly exists?: (settings: Settings) => boolean;
  readonly timeoutSeconds: number;
  /** Memory in MB. Lambda assigns CPU in proportion: 1,769 MB are one core. */
  readonly memoryMb: number;
  /** Time and memory where they depend on the settings; they replace the two above. */
  readonly sizeOf?: (
    settings: Settings,
  ) => Partial<Pick<FunctionSpec, "timeoutSeconds" | "memoryMb">>;
  /** The kinds of items in the table that it reads and writes. @default none */
  readonly table: TableAccess;
  /** Lists the jobs of a tenant through the table's index. */
  readonly listsJobs?: true;
  /** Texts and batches of jobs. */
  readonly documents: ObjectAccess;
  /** Files that clients upload, in the same bucket. */
  readonly uploads?: "read" | "offer";
  /** The vector store. */
  readonly vectors: ObjectAccess;
  /** Knows which buckets are sources: by name, or also reading their objects. */
  readonly sources?: "names" | "objects";
  /** Sends wake-ups to dispatch. */
  readonly wakes?: true;
  /** Sends messages to the queue of webhooks. */
  readonly queuesWebhooks?: true;
  /** Sends to the queue of hints, if there are sources. @default false */
  readonly wakesFeed?: true;
  /** Counts the wake-ups that failed. */
  readonly countsDeadLetters?: true;
  /** Calls the model of this role, whichever provider it has. */
  readonly model?: "llm" | "embeddings";
  /** Calls the reranker, if the deployment has one. */
  readonly reranks?: true;
  /** Reads the provider's key for this stage, if there is one. */
  readonly secret?: "LLM_API_KEY" | "EMBEDDINGS_API_KEY" | "RERANK_API_KEY";
}

export const noAccess = { table: {}, documents: "none", vectors: "none" } as const;
