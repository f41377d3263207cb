/** Calls to the provider: how many at once, how often for one text, and for whom. */

import type { BatchStage, Dependency } from "../../../lambdas/contract/vocabulary.ts";
import { sha256 } from "../../../lambdas/platform/sha256.ts";
import { answerKey, type ModelIdentity } from "../../../lambdas/records/answers/answer-key.ts";
import type { AnswerStore } from "../../../lambdas/records/answers/answer-store.ts";
import { type AttemptId, parseAttemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { dependencyOf } from "../engine/documents.ts";
import type { Kernel } from "../engine/kernel.ts";
import type { Process } from "../engine/process.ts";
import { tapped } from "./tapped.ts";
import type { Verdict } from "./verdict.ts";

export interface CallCaps {
  readonly all: Readonly<Record<Dependency, number>>;
  readonly perJob: Readonly<Record<Dependency, number>>;
}

export interface StartedCall {
  readonly process: Process;
  readonly stage: BatchStage;
  readonly texts: readonly string[];
  /** `jobId-attempt-stage-batch` */
  readonly batch: string;
}

/** Asks about a text in an attempt, whatever becomes of them; probes of an open breaker apart. */
const asksPerText = 16;
/** A text that was asked about so often may have run out of asks: a time-out costs two, an unusable answer four. */
const manyAsks = 4;
/** No call starts later than this after a cancel. */
const fenceMs = 2_000;

export class CallRules {
  readonly #verdict: Verdict;
  readonly #kernel: Kernel;
  readonly #caps: CallCaps;
  readonly #identities: Readonly<Record<BatchStage, ModelIdentity>>;
  readonly #overSinceMs: ReadonlyMap<AttemptId, number>;
  readonly #tenantOf: (jobId: string) => string;
  readonly #fenceIsPrompt: boolean;
  /** Calls in flight, by job. */
  readonly #inFlight: Record<Dependency, Map<string, number>> = {
    llm: new Map(),
    embeddings: new Map(),
  };
  /** Texts that are asked about now, by the address of their answer, and for whom. */
  readonly #asked = new Map<string, string>();
  /** Step in which an answer was first kept. */
  readonly #keptAt = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  /** Texts that may have run out of asks, by the attempts in which they have. */
  readonly #manyAsks = new Map<string, Set<AttemptId>>();
  readonly #isProbed: (dependency: Dependency) => boolean;
  started = 0;
  peak = 0;

  constructor(
    verdict: Verdict,
    kernel: Kernel,
    options: {
      caps: CallCaps;
      identities: Readonly<Record<BatchStage, ModelIdentity>>;
      overSinceMs: ReadonlyMap<AttemptId, number>;
      tenantOf: (jobId: string) => string;
      /** Port calls take less than a moment, so a fence is as fresh as it can be. */
      fenceIsPrompt: boolean;
      isProbed: (dependency: Dependency) => boolean;
    },
  ) {
    this.#verdict = verdict;
    this.#kernel = kernel;
    this.#caps = options.caps;
    this.#identities = options.identities;
    this.#overSinceMs = options.overSinceMs;
    this.#tenantOf = options.tenantOf;
    this.#fenceIsPrompt = options.fenceIsPrompt;
    this.#isProbed = options.isProbed;
  }

  watch(answers: AnswerStore): AnswerStore {
    return tapped(answers, {
      write: ([key]) => {
        if (!this.#keptAt.has(key)) this.#keptAt.set(key, this.#kernel.steps);
      },
    });
  }

  /** Answers what is to be called when the call ends. */
  start(call: StartedCall): () => void {
    const { stage, batch, texts, process } = call;
    const dependency = dependencyOf(stage);
    const id = batch.slice(0, batch.indexOf(`-${stage}`)) as AttemptId;
    this.started += 1;
    this.#checkFence(id, batch);
    for (const text of texts) this.#checkText(stage, batch, text, process);
    // A straggler of a dead function: its connection is closed, and the provider gives it up.
    if (!process.alive) return () => undefined;
    const tenant = this.#tenantOf(batch.slice(0, batch.indexOf("-")));
    const addresses = texts.map((text) => addressOf(tenant, stage, this.#identities[stage], text));
    for (const address of addresses) this.#asked.set(address, batch);
    const flying = this.#inFlight[dependency];
    const { jobId } = parseAttemptId(id);
    flying.set(jobId, (flying.get(jobId) ?? 0) + 1);
    const all = [...flying.values()].reduce((sum, calls) => sum + calls, 0);
    this.peak = Math.max(this.peak, all);
    this.#verdict.require(
      all <= this.#caps.all[dependency],
      "never more calls in flight than the cap",
      () => `${all} calls to ${dependency}, of ${[...flying.keys()].join(", ")}`,
    );
    this.#verdict.require(
      (flying.get(jobId) ?? 0) <= this.#caps.perJob[dependency],
      "never more calls of one job in flight than its cap",
      () => `${flying.get(jobId)} calls of ${jobId} to ${dependency}`,
    );
    return () => {
      for (const address of addresses) this.#asked.delete(address);
      const left = (flying.get(jobId) ?? 1) - 1;
      if (left === 0) flying.delete(jobId);
      else flying.set(jobId, left);
    };
  }

  /**
   * Whether a text may be stored without metadata because it ran out of asks. A retry asks again for
   * what the attempt before it left out.
   * @param id @default in any attempt
   */
  mayBeWithout(text: string, id?: AttemptId): boolean {
    const attempts = this.#manyAsks.get(text);
    return attempts !== undefined && (id === undefined || attempts.has(id));
  }

  #checkFence(id: AttemptId, batch: string): void {
    if (!this.#fenceIsPrompt) return;
    const overMs = this.#kernel.now() - (this.#overSinceMs.get(id) ?? this.#kernel.now());
    this.#verdict.require(
      overMs <= fenceMs,
      "no call starts more than 2 s after its attempt is over",
      () => `${batch} called ${overMs} ms after ${parseAttemptId(id).jobId} had ended`,
    );
  }

  #checkText(stage: BatchStage, batch: string, text: string, process: Process): void {
    const tenant = this.#tenantOf(batch.slice(0, batch.indexOf("-")));
    const key = addressOf(tenant, stage, this.#identities[stage], text);
    const keptAt = this.#keptAt.get(key) ?? Number.POSITIVE_INFINITY;
    this.#verdict.require(
      keptAt >= (this.#fenceIsPrompt ? this.#kernel.steps : process.startedStep),
      "an answer that was kept is never paid for again",
      () => `${batch} asked for "${text}"`,
    );
    this.#verdict.require(
      !this.#fenceIsPrompt || !process.alive || !this.#asked.has(key),
      "no text is asked about twice at once",
      () => `${batch} and ${this.#asked.get(key)} ask for "${text}"`,
    );
    if (this.#isProbed(dependencyOf(stage))) return;
    const id = batch.slice(0, batch.lastIndexOf("-"));
    const name = `${id}#${text}`;
    const calls = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, calls);
    if (calls >= manyAsks) {
      const attempts = this.#manyAsks.get(text) ?? new Set();
      this.#manyAsks.set(
        text,
        attempts.add(batch.slice(0, batch.indexOf(`-${stage}`)) as AttemptId),
      );
    }
    this.#verdict.require(
      calls <= asksPerText,
      "calls for a chunk are bounded",
      () => `${calls} calls of ${batch} for "${text}"`,
    );
  }
}

const noSchema = sha256(JSON.stringify(null));
/** Simulations ask for the same few texts. */
const addresses = new Map<string, string>();

function addressOf(
  tenant: string,
  stage: BatchStage,
  identity: ModelIdentity,
  text: string,
): string {
  const name = `${tenant} ${stage} ${text}`;
  const schemaHash = stage === "metadata" ? noSchema : "";
  const address = addresses.get(name) ?? answerKey(tenant, stage, identity, schemaHash, text);
  addresses.set(name, address);
  return address;
}
