import { retentionDays } from "../../../../lambdas/contract/retention.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";
import {
  type AnswerStore,
  AnswerTooLargeError,
  type AskFailure,
  type Claim,
  type Claimed,
  maxAnswerBytes,
  type Unanswered,
} from "../../../../lambdas/records/answers/answer-store.ts";

interface Asked {
  holder: string;
  untilMs: number;
  readonly asks: Map<string, number>;
  readonly failures: Map<string, AskFailure>;
}

export class MemoryAnswerStore implements AnswerStore {
  readonly #clock: Clock;
  readonly #answers = new Map<string, { answer: Uint8Array; expiresAtMs: number }>();
  readonly #asked = new Map<string, Asked>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async readMany(keys: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const known = new Map<string, Uint8Array>();
    for (const key of keys) {
      const answer = this.#known(key);
      if (answer !== undefined) known.set(key, answer);
    }
    return known;
  }

  async removeAll(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      this.#answers.delete(key);
      this.#asked.delete(key);
    }
  }

  async write(key: string, answer: Uint8Array): Promise<void> {
    if (answer.byteLength > maxAnswerBytes) throw new AnswerTooLargeError(key, answer.byteLength);
    const expiresAtMs = this.#clock.now() + retentionDays * 86_400_000;
    this.#answers.set(key, { answer: answer.slice(), expiresAtMs });
    this.#asked.delete(key);
  }

  async claim(key: string, { holder, attempt, untilMs, maxAsks }: Claim): Promise<Claimed> {
    const answer = this.#known(key);
    if (answer !== undefined) return { kind: "answered", answer };
    const asked: Asked = this.#asked.get(key) ?? {
      holder,
      untilMs: 0,
      asks: new Map(),
      failures: new Map(),
    };
    const asks = (asked.asks.get(attempt) ?? 0) + 1;
    if (asks > maxAsks) return { kind: "spent", failure: asked.failures.get(attempt) };
    if (asked.holder !== holder && asked.untilMs > this.#clock.now()) {
      return { kind: "taken", untilMs: asked.untilMs };
    }
    asked.asks.set(attempt, asks);
    Object.assign(asked, { holder, untilMs });
    this.#asked.set(key, asked);
    this.#answers.delete(key);
    const failure = asked.failures.get(attempt);
    return { kind: "granted", asks, ...(failure && { failure }) };
  }

  async release(
    key: string,
    { holder, attempt }: Pick<Claim, "holder" | "attempt">,
    { asks, notBeforeMs = 0, failure }: Unanswered,
  ): Promise<void> {
    const asked = this.#asked.get(key);
    if (asked === undefined || asked.holder !== holder) return;
    asked.untilMs = notBeforeMs;
    asked.asks.set(attempt, (asked.asks.get(attempt) ?? 0) + asks);
    if (failure !== undefined) asked.failures.set(attempt, failure);
  }

  #known(key: string): Uint8Array | undefined {
    const kept = this.#answers.get(key);
    return kept === undefined || kept.expiresAtMs <= this.#clock.now()
      ? undefined
      : kept.answer.slice();
  }
}
