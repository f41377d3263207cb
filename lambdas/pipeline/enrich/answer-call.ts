/** One call for the answers to some chunks, as the model gateway makes it: claimed before each ask, kept at once. */
import type { Usage } from "../../accounting/usage.ts";
import { AnswerUnusableError, failureNamed } from "../../models/errors.ts";
import type { CallClaim, GatewayCall } from "../../models/gateway/model-gateway.ts";
import { maxAsks } from "../../models/limits.ts";
import type { Answer, CallOptions } from "../../models/models.ts";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import type {
  AnswerStore,
  Claim,
  Claimed,
  Unanswered,
} from "../../records/answers/answer-store.ts";
import type { Chunk } from "../../records/jobs/chunk.ts";

/** A chunk and the address of its answer. */
export type Addressed = readonly [address: string, chunk: Chunk];

/** What is known of a batch's chunks, by the address of their answer. */
export interface Outcomes<Value> {
  readonly answers: Map<string, Value>;
  readonly failures: Map<string, SluiceError>;
}

/** The part of a stage that its calls need. */
export interface AnswerKind<Value> {
  ask(chunks: readonly Chunk[], options: CallOptions): Promise<Answer<readonly Value[]>>;
  encode(value: Value): Uint8Array;
  decode(bytes: Uint8Array): Value;
  /** What so many chunks, answered by calls or by earlier ones, add to usage. */
  counted(answers: { readonly hits: number; readonly misses: number }): Partial<Usage>;
  /** Whether the job may go on without an answer for some chunks. @default it may not */
  readonly isDispensable?: boolean;
  /** A chunk gets no answer. Throwing ends the batch with that error. */
  without(chunk: Chunk, error: SluiceError, sofar: BatchCounts): void;
  /** What a refused call answered all the same. @default nothing */
  partly?(chunks: readonly Chunk[], error: SluiceError): PartlyAnswered<Value> | undefined;
}

/** Chunks of the batch until now. */
export interface BatchCounts {
  readonly answers: number;
  readonly failures: number;
}

export interface PartlyAnswered<Value> {
  /** By position; `undefined` where the text is refused. */
  readonly values: readonly (Value | undefined)[];
  /** Why those are refused. */
  readonly error: SluiceError;
}

export interface AnswerCallContext<Value> {
  readonly claimant: Pick<Claim, "holder" | "attempt">;
  readonly outcomes: Outcomes<Value>;
  readonly spent: (usage: Partial<Usage>) => void;
}

export class AnswerCall<Value> implements GatewayCall<readonly Value[]> {
  readonly key: string;
  /** Those without an answer. */
  #texts: readonly Addressed[];
  readonly #kind: AnswerKind<Value>;
  readonly #answers: AnswerStore;
  readonly #context: AnswerCallContext<Value>;

  constructor(
    texts: readonly Addressed[],
    kind: AnswerKind<Value>,
    answers: AnswerStore,
    context: AnswerCallContext<Value>,
  ) {
    this.key = texts[0]?.[0].slice(0, 16) ?? "";
    this.#texts = texts;
    this.#kind = kind;
    this.#answers = answers;
    this.#context = context;
  }

  async claim(untilMs: number): Promise<CallClaim> {
    const claim = { ...this.#context.claimant, untilMs, maxAsks };
    const claims = await Promise.all(
      this.#texts.map(async (text) => [text, await this.#answers.claim(text[0], claim)] as const),
    );
    const left: Addressed[] = [];
    for (const [text, claimed] of claims) {
      if (claimed.kind !== "answered") left.push(text);
      else this.#context.outcomes.answers.set(text[0], this.#kind.decode(claimed.answer));
    }
    this.#texts = left;
    if (left.length === 0) return { kind: "answered" };
    const whole = together(claims.map(([, claimed]) => claimed));
    if (whole.kind === "ask") return whole;
    const granted = claims.filter(([, { kind }]) => kind === "granted").map(([text]) => text);
    await this.#release(granted, { asks: -1 });
    return whole;
  }

  invoke(options: CallOptions): Promise<Answer<readonly Value[]>> {
    return this.#kind.ask(
      this.#texts.map(([, chunk]) => chunk),
      options,
    );
  }

  async keep(values: readonly Value[]): Promise<void> {
    const texts = this.#texts;
    await this.#write(
      texts.map(([address], i) => {
        const value = values[i];
        if (value !== undefined) return [address, value];
        throw new AnswerUnusableError(
          `The model left something out: it answered ${values.length} values for ${texts.length} texts.`,
        );
      }),
    );
  }

  async #write(answers: readonly (readonly [address: string, value: Value])[]): Promise<void> {
    await Promise.all(
      answers.map(async ([address, value]) => {
        await this.#answers.write(address, this.#kind.encode(value));
        this.#context.outcomes.answers.set(address, value);
      }),
    );
    // Chunks answered by a call are taken off the hits that the finished batch books.
    const { length } = answers;
    this.#context.spent(this.#kind.counted({ hits: -length, misses: length }));
  }

  release(unanswered: Unanswered): Promise<void> {
    return this.#release(this.#texts, unanswered);
  }

  async refused(error: Error): Promise<void> {
    const partly =
      error instanceof SluiceError
        ? this.#kind.partly?.(
            this.#texts.map(([, chunk]) => chunk),
            error,
          )
        : undefined;
    if (partly !== undefined) await this.#keepAnswered(partly.values);
    await this.release({ asks: 0 });
    if (!(error instanceof SluiceError)) throw error;
    this.#giveUp(partly?.error ?? error);
  }

  /** Those that are left are the refused ones. */
  async #keepAnswered(values: readonly (Value | undefined)[]): Promise<void> {
    const texts = this.#texts;
    await this.#write(
      texts.flatMap(([address], i) => {
        const value = values[i];
        return value === undefined ? [] : [[address, value] as const];
      }),
    );
    this.#texts = texts.filter((_, i) => values[i] === undefined);
  }

  async exhausted(error: SluiceError): Promise<void> {
    this.#giveUp(error);
  }

  #giveUp(error: SluiceError): void {
    const { answers, failures } = this.#context.outcomes;
    for (const [address, chunk] of this.#texts) {
      failures.set(address, error);
      this.#kind.without(chunk, error, { answers: answers.size, failures: failures.size });
    }
  }

  async #release(texts: readonly Addressed[], unanswered: Unanswered): Promise<void> {
    await Promise.all(
      texts.map(([address]) => this.#answers.release(address, this.#context.claimant, unanswered)),
    );
  }
}

/** Texts of one call are asked together or not at all. */
function together(claims: readonly Claimed[]): CallClaim {
  const spent = claims.find(({ kind }) => kind === "spent");
  if (spent?.kind === "spent") return { kind: "spent", failure: failureNamed(spent.failure) };
  const taken = claims.flatMap((claim) => (claim.kind === "taken" ? [claim.untilMs] : []));
  if (taken.length > 0) return { kind: "taken", untilMs: Math.max(...taken) };
  const granted = claims.filter((claim) => claim.kind === "granted");
  const failedAtMs = granted.flatMap(({ failure }) => failure?.atMs ?? []);
  return {
    kind: "ask",
    asks: Math.max(...granted.map(({ asks }) => asks)),
    ...(failedAtMs.length === 0 ? {} : { failedAtMs: Math.max(...failedAtMs) }),
  };
}
