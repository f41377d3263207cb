/** Embeddings by the vendored all-MiniLM-L6-v2, in this process: no account, no network. */

import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { ProviderTimeoutError } from "../errors.ts";
import type { CallOptions, Embedder } from "../models.ts";
import { unitVector } from "../unit-vector.ts";
import { withinTime } from "../within-time.ts";
import { contentTokens, dimensions, loadMiniLM, type MiniLM } from "./minilm.ts";
import { tokenWindows } from "./token-windows.ts";

export interface LocalEmbedderOptions {
  readonly identity: ModelIdentity;
  /** Holds `model_quantized.onnx` and `tokenizer.json`. */
  readonly modelDirectory: string;
}

/**
 * Loads the model on its first call, once. A text longer than the model's
 * window is embedded as the normalised mean of its windows: nothing is cut off.
 * Calls run one after the other: side by side on one core, all would end late.
 */
export function localEmbedder({ identity, modelDirectory }: LocalEmbedderOptions): Embedder {
  let loading: Promise<MiniLM> | undefined;
  let before: Promise<unknown> = Promise.resolve();

  const model = () => {
    loading ??= loadMiniLM(modelDirectory).catch((error: unknown) => {
      loading = undefined; // the next call tries again
      throw error;
    });
    return loading;
  };

  async function embedAll(texts: readonly string[], { signal, timeoutMs }: CallOptions) {
    const minilm = await model();
    const vectors: Float32Array[] = [];
    let promptTokens = 0;
    for (const text of texts) {
      const tokens = minilm.tokenize(text);
      promptTokens += tokens.length;
      const sum = new Float32Array(dimensions);
      for (const window of tokenWindows(tokens, contentTokens)) {
        if (signal.aborted) {
          throw new ProviderTimeoutError(
            `The local embedding model embedded only ${vectors.length} of ${texts.length} texts ${withinTime(timeoutMs)}. Give the embed function more memory, and with it more CPU.`,
          );
        }
        const vector = await minilm.embed(window);
        for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] ?? 0) + (vector[i] ?? 0);
      }
      vectors.push(unitVector(sum) ?? sum.fill(1 / Math.sqrt(dimensions)));
    }
    return { value: vectors, usage: { promptTokens, completionTokens: 0 } };
  }

  return {
    identity,
    embed(texts, options) {
      const turn = before.then(() => embedAll(texts, options));
      before = turn.catch(() => undefined);
      return turn;
    },
  };
}
