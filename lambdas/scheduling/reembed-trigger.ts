/** Starts the function that moves a tenant's documents to the configured model. */
export interface ReembedTrigger {
  /** Does not wait for it. One that runs already goes on, and the new one ends at once. */
  run(tenant: string): Promise<void>;
}
