/** The move of a tenant's documents to the embedding model that is configured now. */
export interface Reindex {
  readonly tenant: string;
  /** The model whose vectors the documents get. */
  readonly embeddingModel: string;
  readonly status: "running" | "completed" | "failed" | "cancelled";
  /** Documents of other models when it began. */
  readonly total: number;
  /** Those of them that still are. */
  readonly remaining: number;
  /** ISO 8601 UTC. */
  readonly startedAt: string;
  readonly updatedAt: string;
  /** What it waits for, or why it failed. */
  readonly message?: string;
}

export interface ReindexStore {
  read(tenant: string): Promise<Reindex | undefined>;
  /** Replaces the tenant's earlier one, whatever became of it. */
  begin(reindex: Reindex): Promise<void>;
  /**
   * Notes how far it came, or how it ended. `false`, and nothing is written, if it does not run any
   * more, or another one was begun.
   */
  note(reindex: Reindex): Promise<boolean>;
  /** Tenants whose reindex runs; one that has just ended may be among them. */
  running(): Promise<readonly string[]>;
}
