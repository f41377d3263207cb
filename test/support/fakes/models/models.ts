/** Models that answer by a script, and note what was asked and how many at once. */
import type { ChunkMetadata } from "../../../../lambdas/contract/metadata.ts";
import { ProviderTimeoutError } from "../../../../lambdas/models/errors.ts";
import type {
  Answer,
  CallOptions,
  DescribeRequest,
  Embedder,
  LanguageModel,
} from "../../../../lambdas/models/models.ts";
import type { QueryEmbedder } from "../../../../lambdas/models/query/query-embedder.ts";
import { withinBounds } from "../../../../lambdas/models/within-bounds.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";
import { sha256 } from "../../../../lambdas/platform/sha256.ts";
import type { ModelIdentity } from "../../../../lambdas/records/answers/answer-key.ts";

/** Called with each text and the number of the call, from 0. Throwing is the provider's failure. */
export type Fault = (text: string, call: number) => void;

export interface ScriptedModel {
  readonly clock: Clock;
  /** @default 0 */
  readonly latencyMs?: number;
  /** @default none */
  readonly fault?: Fault;
}

/** What was asked of a model. */
class CallLog {
  readonly calls: {
    readonly text: string;
    readonly correlationId: string;
    readonly atMs: number;
  }[] = [];
  inFlight = 0;
  /** The most calls that were in flight at once. */
  peak = 0;

  async answer<T>(
    script: ScriptedModel,
    texts: readonly string[],
    { signal, correlationId }: CallOptions,
    value: () => T,
  ): Promise<T> {
    const call = this.calls.length;
    const text = texts.join("\n");
    this.calls.push({ text, correlationId, atMs: script.clock.now() });
    this.inFlight += 1;
    this.peak = Math.max(this.peak, this.inFlight);
    try {
      if (script.latencyMs)
        await Promise.race([script.clock.sleep(script.latencyMs), aborted(signal)]);
      if (signal.aborted) throw timedOut();
      script.fault?.(text, call);
      return value();
    } finally {
      this.inFlight -= 1;
    }
  }
}

export class ScriptedLanguageModel implements LanguageModel {
  readonly identity: ModelIdentity = { provider: "test", model: "describer", recipe: "1" };
  readonly log = new CallLog();
  readonly #script: ScriptedModel;

  constructor(script: ScriptedModel) {
    this.#script = script;
  }

  describe(request: DescribeRequest, options: CallOptions): Promise<Answer<ChunkMetadata>> {
    return this.log.answer(this.#script, [request.text], options, () => ({
      value: metadataOf(request),
      usage: { promptTokens: request.text.length, completionTokens: 10 },
    }));
  }
}

export class ScriptedEmbedder implements Embedder {
  static readonly dimensions = 32;
  readonly identity: ModelIdentity = { provider: "test", model: "test-model", recipe: "1" };
  readonly log = new CallLog();
  readonly #script: ScriptedModel;

  constructor(script: ScriptedModel) {
    this.#script = script;
  }

  embed(texts: readonly string[], options: CallOptions): Promise<Answer<readonly Float32Array[]>> {
    return this.log.answer(this.#script, texts, options, () => ({
      value: texts.map(bagOfWords),
      usage: { promptTokens: texts.join("").length, completionTokens: 0 },
    }));
  }
}

/** The vector of a search in the space of {@link ScriptedEmbedder}. */
export class MemoryQueryEmbedder implements QueryEmbedder {
  async embed(text: string): Promise<Float32Array> {
    return bagOfWords(text);
  }
}

function metadataOf({ text, schema }: DescribeRequest): ChunkMetadata {
  const words = text.split(/\s+/).filter((word) => word !== "");
  return withinBounds({
    title: words.slice(0, 5).join(" "),
    summary: words.slice(0, 20).join(" "),
    keywords: [...new Set(words.filter((word) => word.length > 6))].slice(0, 5),
    entities: [],
    language: "en",
    ...(schema === undefined ? {} : { custom: {} }),
  });
}

/** A unit vector; texts that share words are near each other. */
function bagOfWords(text: string): Float32Array {
  const vector = new Float32Array(ScriptedEmbedder.dimensions);
  for (const word of text.toLowerCase().split(/\W+/)) {
    const place = Number.parseInt(sha256(word).slice(0, 8), 16) % vector.length;
    vector[place] = (vector[place] ?? 0) + 1;
  }
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function aborted(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(timedOut()), { once: true });
  return promise;
}

function timedOut(): ProviderTimeoutError {
  return new ProviderTimeoutError("The scripted model did not answer within the time of a call.");
}
