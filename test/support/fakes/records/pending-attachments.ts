import type { PendingAttachments } from "../../../../lambdas/records/attachments/pending-attachments.ts";

export class MemoryPendingAttachments implements PendingAttachments {
  readonly #jobIds = new Set<string>();

  async note(jobId: string): Promise<void> {
    this.#jobIds.add(jobId);
  }

  async list(): Promise<readonly string[]> {
    return [...this.#jobIds].sort();
  }

  async forget(jobId: string): Promise<void> {
    this.#jobIds.delete(jobId);
  }
}
