/** How each family of Bedrock's embedding models is asked. */
import * as z from "zod";
import type { Purpose } from "../embedding/endpoint-embedder.ts";

export interface EmbeddingRequest {
  readonly texts: readonly string[];
  readonly purpose: Purpose;
  /** @default the model's own */
  readonly dimensions: number | undefined;
  /** @default the family's own for the purpose */
  readonly inputType: string | undefined;
}

export interface EmbeddingFamily {
  /** Texts in one request. */
  readonly maxTexts: number;
  readonly body: (request: EmbeddingRequest) => Readonly<Record<string, unknown>>;
  /** The tokens, where the answer counts them. */
  readonly tokens: (answer: unknown) => number | undefined;
}

const counted = z.object({ inputTextTokenCount: z.number() });

/** docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-text.html */
const titan: EmbeddingFamily = {
  maxTexts: 1,
  body: ({ texts: [inputText = ""], dimensions }) => ({
    inputText,
    ...(dimensions === undefined ? {} : { dimensions }),
  }),
  tokens: (answer) => counted.safeParse(answer).data?.inputTextTokenCount,
};

const cohereTypes: Readonly<Record<Purpose, string>> = {
  passage: "search_document",
  query: "search_query",
};

/** docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed.html */
const cohere: EmbeddingFamily = {
  maxTexts: 96,
  body: ({ texts, purpose, dimensions, inputType }) => ({
    texts,
    input_type: inputType ?? cohereTypes[purpose],
    // The end of a text is not cut off silently: what is too long goes in windows.
    truncate: "NONE",
    ...(dimensions === undefined ? {} : { output_dimension: dimensions }),
  }),
  tokens: () => undefined,
};

/** By the model's id; a profile's name ends with it. A profile of one's own is taken to be of Titan. */
export function familyOf(model: string): EmbeddingFamily {
  return /\bcohere\.embed/i.test(model) ? cohere : titan;
}
