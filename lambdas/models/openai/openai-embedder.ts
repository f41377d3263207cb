/** Embeddings by any endpoint that speaks OpenAI's `/embeddings`. */
import * as z from "zod";
import type { Clock } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import type { ApiKey } from "../api-key.ts";
import { endpointEmbedder, type Purpose } from "../embedding/endpoint-embedder.ts";
import { readVectors, UnusableVectorsError } from "../embedding/vectors.ts";
import { Dialect } from "../endpoint/dialect.ts";
import { tokensOrEstimate } from "../endpoint/token-estimate.ts";
import type { Endpoint } from "../endpoint/translate.ts";
import type { CallOptions, Embedder } from "../models.ts";
import { post } from "./openai-http.ts";
import { repairs } from "./repairs.ts";

export interface OpenAIEmbedderOptions {
  /** `provider` is the endpoint's base URL. */
  readonly identity: ModelIdentity;
  /** @default none is sent */
  readonly apiKey?: ApiKey | undefined;
  /** Length that every vector must have; sent as `dimensions`. @default the model's own */
  readonly dimensions?: number | undefined;
  /** Fields that go into every request, over ours of the same name. @default none */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
  /** @default none */
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
  /** The field that says what a text is for, and its values. @default none is sent */
  readonly inputType?:
    | {
        readonly field: string;
        readonly values: Readonly<Partial<Record<Purpose, string | undefined>>>;
      }
    | undefined;
  /** Put before each text. @default none */
  readonly prefixes?: Readonly<Partial<Record<Purpose, string | undefined>>> | undefined;
  readonly clock: Pick<Clock, "now">;
}

type Option = "base64" | "list" | "dimensions";

const endpoint: Endpoint = { what: "The embedding model's endpoint", ...repairs("EMBEDDINGS") };

const usageShape = z.object({
  usage: z.object({ prompt_tokens: z.unknown().optional(), total_tokens: z.unknown().optional() }),
});

export function openAIEmbedder(options: OpenAIEmbedderOptions): Embedder {
  const { identity, apiKey, clock, dimensions, prefixes, inputType, extraBody = {} } = options;
  const server = { baseUrl: identity.provider, apiKey, headers: options.extraHeaders };
  const dialect = new Dialect<Option>(
    {
      // base64 is about a quarter of the size of the same numbers in decimal.
      base64: (said) => /encoding_format|base64/i.test(said),
      // Where it names the types that it takes, a bound on the list may stand beside them.
      list: (said) =>
        !/\bat most \d|too_long|too many/i.test(said) &&
        /\binput\b.{0,80}\bstr(?:ing)?\b|expected (?:a )?str(?:ing)?\b|unmarshal array/i.test(said),
      dimensions: (said) => dimensions !== undefined && /dimension|matryoshka/i.test(said),
    },
    ["list", "dimensions"],
    // One text at fault is looked for first, which takes some failures.
    8,
  );

  return endpointEmbedder({
    identity,
    endpoint,
    clock,
    dimensions,
    prefixes,
    async ask(texts, purpose, call) {
      const spoken = dialect.speaks("base64");
      const read = async () => {
        const answer = await dialect.speak(() => request(texts, purpose, call), texts);
        return { answer, vectors: readVectors(answer, texts.length) };
      };
      const { answer, vectors } = await read().catch((error: unknown) => {
        // The same vectors as numbers are right, and the server is asked for those from now on.
        if (!isOtherEncoding(error) || !dialect.speaks("base64")) throw error;
        dialect.giveUp("base64");
        return read();
      });
      const { usage } = usageShape.safeParse(answer).data ?? {};
      const counted = usage?.prompt_tokens || usage?.total_tokens;
      return {
        vectors,
        tokens: tokensOrEstimate(counted, texts.join("")),
        otherForm: spoken && !dialect.speaks("base64"),
      };
    },
  });

  function request(texts: readonly string[], purpose: Purpose, call: CallOptions) {
    const type = inputType?.values[purpose];
    const asList = dialect.speaks("list");
    if (!asList && texts.length > 1) {
      throw new UnusableVectorsError("count", "takes one text a call");
    }
    const body = {
      model: identity.model,
      input: asList ? texts : texts[0],
      ...(dialect.speaks("base64") ? { encoding_format: "base64" } : {}),
      // A model of that one length may refuse to be asked for it.
      ...(dimensions === undefined || !dialect.speaks("dimensions") ? {} : { dimensions }),
      ...(inputType === undefined || type === undefined ? {} : { [inputType.field]: type }),
      ...extraBody,
    };
    return post(server, "/embeddings", body, call);
  }
}

function isOtherEncoding(error: unknown): boolean {
  return error instanceof UnusableVectorsError && error.reason === "encoding";
}
