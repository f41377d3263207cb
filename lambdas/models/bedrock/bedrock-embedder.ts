/** Embeddings by the models of Amazon Bedrock: Titan and Cohere. */
import { type BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import type { Clock } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { endpointEmbedder, type Purpose } from "../embedding/endpoint-embedder.ts";
import { readVectors } from "../embedding/vectors.ts";
import { tokensOrEstimate } from "../endpoint/token-estimate.ts";
import type { Endpoint } from "../endpoint/translate.ts";
import type { CallOptions, Embedder } from "../models.ts";
import { asked, bedrockClient, repairs } from "./bedrock-client.ts";
import { type EmbeddingFamily, familyOf } from "./embedding-families.ts";

export interface BedrockEmbedderOptions {
  /** `model` is a model id, an inference profile or an ARN of one. */
  readonly identity: ModelIdentity;
  /** @default the function's own region */
  readonly region?: string | undefined;
  /** Length of the vectors. @default the model's own */
  readonly dimensions?: number | undefined;
  /** What Cohere is told a text is for. @default `search_document`, `search_query` */
  readonly inputTypes?: Readonly<Partial<Record<Purpose, string | undefined>>> | undefined;
  /** Put before each text. @default none */
  readonly prefixes?: Readonly<Partial<Record<Purpose, string | undefined>>> | undefined;
  /** Fields that go into every request, over ours of the same name. @default none */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
  readonly clock: Pick<Clock, "now">;
  /** @default one for the region */
  readonly client?: BedrockRuntimeClient | undefined;
}

const endpoint: Endpoint = { what: "Bedrock's embedding model", ...repairs("EMBEDDINGS") };
/** The only place where Cohere's models count. */
const tokenHeader = "x-amzn-bedrock-input-token-count";

export function bedrockEmbedder(options: BedrockEmbedderOptions): Embedder {
  const { identity, clock, dimensions, prefixes, inputTypes = {}, extraBody = {} } = options;
  let client: BedrockRuntimeClient | undefined;
  const family = familyOf(identity.model);

  async function invoke(body: Readonly<Record<string, unknown>>, { signal }: CallOptions) {
    client ??= bedrockClient(options);
    const command = new InvokeModelCommand({
      modelId: identity.model,
      contentType: "application/json",
      accept: "application/json",
      body: JSON.stringify({ ...body, ...extraBody }),
    });
    let counted: unknown;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        counted = headerOf(result.response, tokenHeader);
        return result;
      },
      { step: "deserialize", priority: "low", name: "inputTokenCount" },
    );
    const sent = client;
    const answer = await asked(() => sent.send(command, { abortSignal: signal }));
    const json: unknown = JSON.parse(Buffer.from(answer.body).toString("utf8"));
    return { json, counted: counted === undefined ? undefined : Number(counted) };
  }

  async function ask(
    texts: readonly string[],
    { body, tokens }: EmbeddingFamily,
    purpose: Purpose,
    call: CallOptions,
  ) {
    const request = body({ texts, purpose, dimensions, inputType: inputTypes[purpose] });
    const { json, counted } = await invoke(request, call);
    return {
      vectors: readVectors(json, texts.length),
      tokens: tokensOrEstimate(tokens(json) ?? counted, texts.join("")),
    };
  }

  return endpointEmbedder({
    identity,
    endpoint,
    clock,
    dimensions,
    prefixes,
    maxTexts: family.maxTexts,
    ask: (texts, purpose, call) => ask(texts, family, purpose, call),
  });
}

function headerOf(response: unknown, name: string): unknown {
  if (typeof response !== "object" || response === null || !("headers" in response))
    return undefined;
  return (response.headers as Readonly<Record<string, unknown>>)[name];
}
