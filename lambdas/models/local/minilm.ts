/**
 * all-MiniLM-L6-v2 as ONNX: tokens in, a sentence vector out. The libraries
 * are imported when it is loaded, so that functions that never embed do not
 * pay for the native one.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ProviderMisconfiguredError } from "../errors.ts";
import { unitVector } from "../unit-vector.ts";

export const dimensions = 384;
/** What the model reads at once, of which two are the marks of begin and end. */
const windowTokens = 256;
export const contentTokens = windowTokens - 2;

export interface MiniLM {
  /** The text's tokens, without marks; none for a blank text. */
  tokenize(text: string): number[];
  /** The vector of at most {@link contentTokens} tokens, of unit length. */
  embed(tokens: readonly number[]): Promise<Float32Array>;
}

/** What is used of `@huggingface/tokenizers`, whose own types do not resolve under `nodenext`. */
interface TokenizersLibrary {
  readonly Tokenizer: new (
    definition: object,
    config: object,
  ) => {
    encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
    token_to_id(token: string): number | undefined;
  };
}

/**
 * @param directory Holds `model_quantized.onnx` and `tokenizer.json`.
 * @throws ProviderMisconfiguredError if they are not there or cannot be used.
 */
export async function loadMiniLM(directory: string): Promise<MiniLM> {
  try {
    return await load(directory);
  } catch (error) {
    throw new ProviderMisconfiguredError(
      `The local embedding model cannot be loaded from ${directory}: ${error instanceof Error ? error.message : String(error)} ` +
        "Deploy it with the function, together with onnxruntime-node for its platform.",
      { cause: error },
    );
  }
}

async function load(directory: string): Promise<MiniLM> {
  const [{ Tokenizer }, { InferenceSession, Tensor }] = await Promise.all([
    import("@huggingface/tokenizers") as unknown as Promise<TokenizersLibrary>,
    import("onnxruntime-node"),
  ]);
  const file = await readFile(join(directory, "tokenizer.json"), "utf8");
  const definition = JSON.parse(file) as Record<string, unknown>;
  // Without its special tokens: `[SEP]` in a text is five characters of text.
  const tokenizer = new Tokenizer({ ...definition, added_tokens: [] }, {});
  const [begin, end] = ["[CLS]", "[SEP]"].map((mark) => tokenizer.token_to_id(mark));
  if (begin === undefined || end === undefined) throw new Error("Its vocabulary lacks the marks.");
  const session = await InferenceSession.create(join(directory, "model_quantized.onnx"), {
    // A function has one core or a share of one; more threads only wait for each other.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
  });

  return {
    tokenize: (text) => tokenizer.encode(text.toWellFormed(), { add_special_tokens: false }).ids,
    // One window a run: in a batch, dynamic quantisation makes each row depend on the others.
    async embed(tokens) {
      const row = BigInt64Array.from([begin, ...tokens, end], BigInt);
      const input = (data: BigInt64Array) => new Tensor("int64", data, [1, row.length]);
      const output = await session.run({
        input_ids: input(row),
        attention_mask: input(new BigInt64Array(row.length).fill(1n)),
        token_type_ids: input(new BigInt64Array(row.length)),
      });
      const hidden = output["last_hidden_state"];
      const vector = hidden && mean(hidden.data as Float32Array, hidden.dims, row.length);
      if (vector === undefined) throw new Error("The model answered another shape than its own.");
      return vector;
    },
  };
}

/** Mean over all tokens, scaled to unit length. */
function mean(data: Float32Array, dims: readonly number[], rows: number) {
  if (dims[1] !== rows || dims[2] !== dimensions) return undefined;
  const sum = new Float32Array(dimensions);
  for (let i = 0; i < data.length; i++) {
    const at = i % dimensions;
    sum[at] = (sum[at] ?? 0) + (data[i] ?? 0);
  }
  return unitVector(sum);
}
