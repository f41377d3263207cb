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
  readonly perAttempt: Readonly<Record<Dependency, number>>;
}

export interface StartedCall {
  readonly process: Process;
  readonly stage: BatchStage;
  readonly texts: readonly string[];
  /** `jobId-attempt-stage-batch` */
  readonly batch: string;
}

/** Attempts of a call in the gateway × tries of a batch in the state machine. */
const callsPerTry = 4;
const callsPerChunk = 16;
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
  readonly #inFlight: Record<Dependency, Map<AttemptId, number>> = {
    llm: new Map(),
    embeddings: new Map(),
  };
  /** Step in which an answer was first kept. */
  readonly #keptAt = new Map<string, number>();
  readonly #calls = new Map<string, number>();
  /** Tries of a batch that ended otherwise than by the provider's failure. */
  readonly #otherTries = new Map<string, number>();
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
    },
  ) {
    this.#verdict = verdict;
    this.#kernel = kernel;
    this.#caps = options.caps;
    this.#identities = options.identities;
    this.#overSinceMs = options.overSinceMs;
    this.#tenantOf = options.tenantOf;
    this.#fenceIsPrompt = options.fenceIsPrompt;
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
    const flying = this.#inFlight[dependency];
    flying.set(id, (flying.get(id) ?? 0) + 1);
    const all = [...flying.values()].reduce((sum, calls) => sum + calls, 0);
    this.peak = Math.max(this.peak, all);
    this.#verdict.require(
      all <= this.#caps.all[dependency],
      "never more calls in flight than the cap",
      () => `${all} calls to ${dependency}, of ${[...flying.keys()].join(", ")}`,
    );
    this.#verdict.require(
      (flying.get(id) ?? 0) <= this.#caps.perAttempt[dependency],
      "never more calls of one job in flight than its cap",
      () => `${flying.get(id)} calls of ${id} to ${dependency}`,
    );
    return () => {
      const left = (flying.get(id) ?? 1) - 1;
      if (left === 0) flying.delete(id);
      else flying.set(id, left);
    };
  }

  /** A try of a batch has ended, otherwise than well or by the provider's failure. */
  otherTry(batch: string): void {
    this.#otherTries.set(batch, (this.#otherTries.get(batch) ?? 0) + 1);
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
    this.#verdict.require(
      (this.#keptAt.get(key) ?? Number.POSITIVE_INFINITY) >= process.startedStep,
      "an answer that was kept is never paid for again",
      () => `${batch} asked for "${text}"`,
    );
    const name = `${batch}#${text}`;
    const calls = (this.#calls.get(name) ?? 0) + 1;
    this.#calls.set(name, calls);
    const allowed = callsPerChunk + callsPerTry * (this.#otherTries.get(batch) ?? 0);
    this.#verdict.require(
      calls <= allowed,
      "calls for a chunk are bounded",
      () => `${calls} calls of ${batch} for "${text}", ${allowed} allowed`,
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
