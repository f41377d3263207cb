/** The provider of both models: takes its time, and has its troubles. */

import type { BatchStage, Dependency } from "../../../lambdas/contract/vocabulary.ts";
import {
  AnswerUnusableError,
  ProviderRejectedError,
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../lambdas/models/errors.ts";
import type { CallOptions, Embedder, LanguageModel } from "../../../lambdas/models/models.ts";
import type { ModelIdentity } from "../../../lambdas/records/answers/answer-key.ts";
import type { CallRules } from "../rules/calls.ts";
import { dependencyOf, hopelessText, metadataOf, refusedText, vectorOf } from "./documents.ts";
import type { Faults } from "./faults.ts";
import type { Kernel } from "./kernel.ts";
import type { Process } from "./process.ts";

export interface Outage {
  readonly dependency: Dependency;
  /** After the beginning. */
  readonly fromMs: number;
  readonly untilMs: number;
}

export const identities: Readonly<Record<BatchStage, ModelIdentity>> = {
  metadata: { provider: "simulated", model: "describer", recipe: "1" },
  embeddings: { provider: "simulated", model: "embedder", recipe: "1" },
};

export class Provider {
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #rules: CallRules;
  readonly #outages: readonly Outage[];
  readonly #startMs: number;

  constructor(kernel: Kernel, faults: Faults, rules: CallRules, outages: readonly Outage[]) {
    this.#kernel = kernel;
    this.#faults = faults;
    this.#rules = rules;
    this.#outages = outages;
    this.#startMs = kernel.now();
  }

  llm(process: Process): LanguageModel {
    return {
      identity: identities.metadata,
      describe: ({ text }, options) =>
        this.#call(process, "metadata", [text], options, () => metadataOf(text)),
    };
  }

  embedder(process: Process): Embedder {
    return {
      identity: identities.embeddings,
      embed: (texts, options) =>
        this.#call(process, "embeddings", texts, options, () => texts.map(vectorOf)),
    };
  }

  async #call<T>(
    process: Process,
    stage: BatchStage,
    texts: readonly string[],
    { signal, correlationId }: CallOptions,
    value: () => T,
  ) {
    const end = this.#rules.start({ process, stage, texts, batch: correlationId });
    let open = true;
    const close = () => {
      if (open) end();
      open = false;
    };
    process.atEnd(close);
    try {
      const trouble = this.#trouble(dependencyOf(stage), texts);
      const waitMs = this.#kernel.between(20, this.#kernel.happens(0.1) ? 12_000 : 2_000);
      await (trouble === "hangs" ? aborted(signal) : process.clock.sleep(waitMs));
      if (trouble instanceof Error) throw trouble;
      return { value: value(), usage: { promptTokens: 1, completionTokens: 1 } };
    } finally {
      close();
    }
  }

  #trouble(dependency: Dependency, texts: readonly string[]): Error | "hangs" | undefined {
    if (this.#isOut(dependency)) {
      return this.#kernel.happens(0.2) ? "hangs" : new ProviderUnavailableError("It is down.");
    }
    if (texts.some((text) => text.includes(refusedText[dependency]))) {
      return new ProviderRejectedError("This text is refused.");
    }
    if (dependency === "llm") {
      const has = (mark: string) => texts.some((text) => text.includes(mark));
      if (has(hopelessText.hangs)) return "hangs";
      if (has(hopelessText.unusable))
        return new AnswerUnusableError("It is not what was asked for.");
    }
    if (!this.#faults.happens("providerFailures")) return undefined;
    const kind = this.#kernel.random();
    if (kind < 0.1) return "hangs";
    return kind < 0.5
      ? new ProviderThrottledError("Too many.", this.#kernel.between(0, 25_000))
      : new ProviderUnavailableError("It has the hiccups.");
  }

  #isOut(dependency: Dependency): boolean {
    if (this.#faults.calm) return false;
    const atMs = this.#kernel.now() - this.#startMs;
    const out = this.#outages.some(
      (outage) =>
        outage.dependency === dependency && outage.fromMs <= atMs && atMs < outage.untilMs,
    );
    if (out) this.#faults.count("callsInOutages");
    return out;
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = () => reject(new ProviderTimeoutError("No answer."));
  signal.addEventListener("abort", end, { once: true });
  return promise;
}
