/** An embedder over an endpoint: texts made ready, bounds found out, refusals translated. One way for all providers. */

import type { Clock } from "../../platform/clock.ts";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { EmbeddingsRefusedError } from "../embeddings-refused.ts";
import { FirstCall } from "../endpoint/first-call.ts";
import { refusesAll } from "../endpoint/same-refusals.ts";
import { type Endpoint, translate } from "../endpoint/translate.ts";
import {
  AnswerUnusableError,
  ProviderMisconfiguredError,
  ProviderRejectedError,
} from "../errors.ts";
import type { CallOptions, Embedder } from "../models.ts";
import { type Embedded, EmbeddingCalls, RefusesAllError } from "./embedding-calls.ts";
import { UnusableVectorsError } from "./vectors.ts";

/** Passages are stored, queries look for them; some models embed them differently. */
export type Purpose = NonNullable<CallOptions["purpose"]>;

export interface EndpointEmbedderOptions {
  readonly identity: ModelIdentity;
  readonly endpoint: Endpoint;
  readonly clock: Pick<Clock, "now">;
  /** One request. @throws EndpointRefusal | UnusableVectorsError */
  readonly ask: (
    texts: readonly string[],
    purpose: Purpose,
    call: CallOptions,
  ) => Promise<Embedded>;
  /** Texts in one request. @default what the endpoint takes */
  readonly maxTexts?: number | undefined;
  /** Length that every vector must have. @default the length of the first one */
  readonly dimensions?: number | undefined;
  /** Put before each text, also before each window of one. @default none */
  readonly prefixes?: Readonly<Partial<Record<Purpose, string | undefined>>> | undefined;
}

export function endpointEmbedder(options: EndpointEmbedderOptions): Embedder {
  const { identity, endpoint, clock, prefixes = {} } = options;
  const calls = new EmbeddingCalls(clock, options.maxTexts);
  const firstCall = new FirstCall();
  let seen: number | undefined;

  function assertDimensions(vectors: readonly Float32Array[]): void {
    const { dimensions } = options;
    for (const { length } of vectors) {
      if (dimensions !== undefined && length !== dimensions) {
        throw new ProviderMisconfiguredError(
          `${endpoint.what} returned a vector of ${length} dimensions instead of ${dimensions}. Set SLUICE_EMBEDDINGS_DIMENSIONS to a length that the model has, deploy, and retry the job.`,
        );
      }
      seen ??= length;
      if (length !== seen) {
        throw new AnswerUnusableError(
          `${endpoint.what} returned a vector of ${length} dimensions after one of ${seen}: more than one model answers there. Set SLUICE_EMBEDDINGS_BASE_URL to an endpoint with one, or SLUICE_EMBEDDINGS_DIMENSIONS to the length you want.`,
        );
      }
    }
  }

  async function embed(texts: readonly string[], call: CallOptions) {
    const purpose = call.purpose ?? "passage";
    const prefix = prefixes[purpose] ?? "";
    const {
      results,
      tokens,
      calls: made,
    } = await calls.embed(
      texts.map((text) => text.toWellFormed()),
      async (asked) => {
        const embedded = await options.ask(
          asked.map((text) => `${prefix}${text}`),
          purpose,
          call,
        );
        assertDimensions(embedded.vectors);
        return embedded;
      },
    );
    const vectors = results.map((result) => ("refusal" in result ? undefined : result));
    const usage = { promptTokens: tokens, completionTokens: 0, calls: made };
    const [first] = results.filter((result) => "refusal" in result);
    if (first === undefined) {
      return { value: vectors.filter((vector) => vector !== undefined), usage };
    }
    const error = translated(first.refusal, texts, call);
    if (error instanceof ProviderMisconfiguredError) throw error;
    const positions = vectors.flatMap((vector, at) => (vector === undefined ? [at] : []));
    throw new EmbeddingsRefusedError(error.message, positions, vectors, usage);
  }

  function translated(error: unknown, texts: readonly string[], call: CallOptions): SluiceError {
    if (error instanceof SluiceError) return error;
    if (error instanceof RefusesAllError) {
      return refusesAll(translated(error.refusal, texts, call), error.texts);
    }
    if (error instanceof UnusableVectorsError) {
      const message = `${endpoint.what} ${error.message}.`;
      return error.reason === "values"
        ? new ProviderRejectedError(message)
        : new AnswerUnusableError(message);
    }
    const { signal, timeoutMs } = call;
    const { provider } = identity;
    return translate(error, endpoint, { signal, timeoutMs, nowMs: clock.now(), texts, provider });
  }

  return {
    identity,
    async embed(texts, call) {
      if (texts.length === 0) return { value: [], usage: { promptTokens: 0, completionTokens: 0 } };
      try {
        return await firstCall.follow(() => embed(texts, call));
      } catch (error) {
        throw translated(error, texts, call);
      }
    },
  };
}
