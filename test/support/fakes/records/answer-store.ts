import { retentionDays } from "../../../../lambdas/contract/retention.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";
import {
  type AnswerStore,
  AnswerTooLargeError,
  maxAnswerBytes,
} from "../../../../lambdas/records/answers/answer-store.ts";

export class MemoryAnswerStore implements AnswerStore {
  readonly #clock: Clock;
  readonly #answers = new Map<string, { answer: Uint8Array; expiresAtMs: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const known = new Map<string, Uint8Array>();
    for (const key of keys) {
      const kept = this.#answers.get(key);
      if (kept === undefined || kept.expiresAtMs <= this.#clock.now()) continue;
      known.set(key, kept.answer.slice());
    }
    return known;
  }

  async write(key: string, answer: Uint8Array): Promise<void> {
    if (answer.byteLength > maxAnswerBytes) throw new AnswerTooLargeError(key, answer.byteLength);
    const expiresAtMs = this.#clock.now() + retentionDays * 86_400_000;
    this.#answers.set(key, { answer: answer.slice(), expiresAtMs });
  }
}
