/** Chunk metadata by any endpoint that speaks OpenAI's `/chat/completions`. */
import type { CustomSchema } from "../../contract/custom-schema.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import type { ApiKey } from "../api-key.ts";
import { endpointLanguageModel } from "../description/endpoint-language-model.ts";
import { answerSchema, messages } from "../description/prompt.ts";
import { Dialect } from "../endpoint/dialect.ts";
import type { Endpoint } from "../endpoint/translate.ts";
import type { DescribeRequest, LanguageModel } from "../models.ts";
import { completionOf } from "./completion.ts";
import { post } from "./openai-http.ts";
import { repairs } from "./repairs.ts";

export interface OpenAILanguageModelOptions {
  /** `provider` is the endpoint's base URL. */
  readonly identity: ModelIdentity;
  /** @default none is sent */
  readonly apiKey?: ApiKey | undefined;
  /** Fields that go into every request, over ours of the same name. @default none */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
  /** @default none */
  readonly extraHeaders?: Readonly<Record<string, string>> | undefined;
  /** Tokens that an answer may have. @default the endpoint's own bound */
  readonly maxOutputTokens?: number | undefined;
  readonly clock: Pick<Clock, "now">;
}

type Option = "json_schema" | "json_object" | "temperature" | "max_tokens";

const endpoint: Endpoint = { what: "The language model's endpoint", ...repairs("LLM") };

export function openAILanguageModel(options: OpenAILanguageModelOptions): LanguageModel {
  const { identity, apiKey, clock, extraBody = {}, extraHeaders, maxOutputTokens } = options;
  const server = { baseUrl: identity.provider, apiKey, headers: extraHeaders };
  const dialect: Dialect<Option> = new Dialect<Option>({
    json_schema: (said) =>
      /response_format|json_schema|structured.output|guided|grammar/i.test(said),
    // A complaint that names the schema, or this form as one that is taken, is not about this form.
    json_object: (said) =>
      /response_format|json_object/i.test(said) &&
      (!dialect.speaks("json_schema") || !/json_(?:schema|object)/i.test(said)),
    temperature: (said) => /temperature/i.test(said),
    max_tokens: (said) => /\bmax_tokens\b.{0,60}(?:not |un|instead)/i.test(said),
  });

  function body(
    request: DescribeRequest,
    custom: CustomSchema | undefined,
    maxTokens: number | undefined,
  ) {
    const schema = { name: "metadata", strict: true, schema: answerSchema(custom) };
    const format = dialect.speaks("json_schema")
      ? { type: "json_schema", json_schema: schema }
      : dialect.speaks("json_object")
        ? { type: "json_object" }
        : undefined;
    const bound = dialect.speaks("max_tokens") ? "max_tokens" : "max_completion_tokens";
    return {
      model: identity.model,
      messages: messages(request, custom),
      ...(format === undefined ? {} : { response_format: format }),
      ...(dialect.speaks("temperature") ? { temperature: 0 } : {}),
      ...(maxTokens === undefined ? {} : { [bound]: maxTokens }),
      ...extraBody,
    };
  }

  return endpointLanguageModel({
    identity,
    endpoint,
    clock,
    maxOutputTokens,
    async ask(request, custom, maxTokens, call) {
      const answer = await dialect.speak(() =>
        post(server, "/chat/completions", body(request, custom, maxTokens), call),
      );
      return completionOf(answer, request.text);
    },
  });
}
