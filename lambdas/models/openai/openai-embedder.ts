/** Embeddings by any endpoint that speaks OpenAI's `/embeddings`. */
import * as z from "zod";
import type { Clock } from "../../platform/clock.ts";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { ProviderUnavailableError } from "../errors.ts";
import type { Embedder } from "../models.ts";
import { unitVector } from "../unit-vector.ts";
import { type ApiKey, openAIClient, requestOptions, withKey } from "./openai-client.ts";
import { Dialect } from "./openai-dialect.ts";
import { type Endpoint, translate } from "./openai-errors.ts";

export interface OpenAIEmbedderOptions {
  /** `provider` is the endpoint's base URL. */
  readonly identity: ModelIdentity;
  /** @default none is sent */
  readonly apiKey?: ApiKey | undefined;
  /** Length that every vector must have. @default the length of the first one */
  readonly dimensions?: number;
  readonly clock: Pick<Clock, "now">;
}

const endpoint: Endpoint = { what: "The embedding model's endpoint", settings: "EMBEDDINGS" };

const answerShape = z.object({
  data: z.array(
    z.object({
      index: z.int().min(0).optional(),
      /** base64 of little-endian 32-bit floats, or numbers. */
      embedding: z.union([z.base64(), z.array(z.number())]),
    }),
  ),
  usage: z
    .object({ prompt_tokens: z.number().catch(0) })
    .nullish()
    .catch(null),
});

export function openAIEmbedder(options: OpenAIEmbedderOptions): Embedder {
  const { identity, apiKey, clock } = options;
  const client = openAIClient({ baseUrl: identity.provider, apiKey });
  // base64 is about a quarter of the size of the same numbers in decimal.
  const dialect = new Dialect({ base64: /encoding_format|base64/i });
  let dimensions = options.dimensions;

  function read(answer: unknown, count: number) {
    const parsed = answerShape.safeParse(answer);
    if (!parsed.success) throw nonsense("answered without embeddings");
    const items = parsed.data.data.map((item, position) => ({ position, ...item }));
    const byIndex = new Map(
      items.map((item) => [item.index ?? item.position, unitVector(decode(item.embedding))]),
    );
    const whole = Array.from({ length: count }, (_, index) => byIndex.get(index)).filter(
      (vector) => vector !== undefined,
    );
    if (whole.length !== count || items.length !== count) {
      throw nonsense(`answered ${whole.length} usable embeddings to ${count} texts`);
    }
    const expected = dimensions ?? whole[0]?.length;
    const odd = whole.find((vector) => vector.length !== expected);
    if (odd !== undefined) {
      throw nonsense(`answered a vector of ${odd.length} dimensions instead of ${expected}`);
    }
    dimensions = expected;
    return {
      value: whole,
      usage: { promptTokens: parsed.data.usage?.prompt_tokens ?? 0, completionTokens: 0 },
    };
  }

  return {
    identity,
    async embed(texts, call) {
      if (texts.length === 0) return { value: [], usage: { promptTokens: 0, completionTokens: 0 } };
      const input = texts.map((text) => text.toWellFormed());
      try {
        const answer = await withKey(apiKey, () =>
          dialect.speak<unknown>(() =>
            client.embeddings.create(
              {
                model: identity.model,
                input,
                encoding_format: dialect.speaks("base64") ? "base64" : "float",
              },
              requestOptions(call),
            ),
          ),
        );
        return read(answer, texts.length);
      } catch (error) {
        if (error instanceof SluiceError) throw error;
        throw translate(error, endpoint, { signal: call.signal, nowMs: clock.now() });
      }
    },
  };
}

function decode(embedding: string | readonly number[]): Float32Array {
  if (typeof embedding !== "string") return Float32Array.from(embedding);
  const bytes = Buffer.from(embedding, "base64");
  // Copied, because a buffer's bytes need not lie on a 4-byte boundary.
  return new Float32Array(new Uint8Array(bytes.subarray(0, bytes.length & ~3)).buffer);
}

function nonsense(what: string): ProviderUnavailableError {
  return new ProviderUnavailableError(`The embedding model ${what}.`);
}
