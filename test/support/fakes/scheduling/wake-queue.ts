import type { WakeQueue } from "../../../../lambdas/scheduling/orchestration.ts";

/** Keeps messages until a test delivers, drops, repeats or reorders them. */
export class MemoryWakeQueue implements WakeQueue {
  #messages: string[] = [];

  async wake(reason: string): Promise<void> {
    this.#messages.push(reason);
  }

  /** Those that wait, oldest first. */
  get messages(): readonly string[] {
    return this.#messages;
  }

  /** Takes out all that wait. */
  drain(): string[] {
    const taken = this.#messages;
    this.#messages = [];
    return taken;
  }
}
