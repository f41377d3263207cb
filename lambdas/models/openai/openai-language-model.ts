/** Chunk metadata by any endpoint that speaks OpenAI's `/chat/completions`. */
import type { CustomSchema } from "../../contract/custom-schema.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import type { ApiKey } from "../api-key.ts";
import { endpointLanguageModel } from "../description/endpoint-language-model.ts";
import { jsonObjects, meantObject } from "../description/json-objects.ts";
import { answerSchema, messages } from "../description/prompt.ts";
import { Dialect } from "../endpoint/dialect.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import type { Endpoint } from "../endpoint/translate.ts";
import type { DescribeRequest, LanguageModel } from "../models.ts";
import { unreadableAnswer } from "../unusable-answer.ts";
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

type Option =
  | "json_schema"
  | "json_object"
  | "temperature"
  /** Instructions in a message of their own. */
  | "system"
  /** The bound on an answer by its older name. */
  | "max_tokens"
  /** No bound on an answer, where none is set. */
  | "unbounded"
  /** An answer in one piece instead of a stream. */
  | "whole";

/** Where an endpoint does not answer without a bound: twice what metadata needs, so that thinking has room. */
const requiredBound = 4_096;

const endpoint: Endpoint = { what: "The language model's endpoint", ...repairs("LLM") };

export function openAILanguageModel(options: OpenAILanguageModelOptions): LanguageModel {
  const { identity, apiKey, clock, extraBody = {}, extraHeaders, maxOutputTokens } = options;
  const server = { baseUrl: identity.provider, apiKey, headers: extraHeaders };
  const dialect: Dialect<Option> = new Dialect<Option>(
    {
      json_schema: (said) =>
        /response_?format|schema|structured.output|guided|grammar|additional_?properties|failed_generation/i.test(
          said,
        ),
      // A complaint that names the schema, or this form as one that is taken, is not about this form.
      json_object: (said) =>
        /response_?format|json_object|failed_generation/i.test(said) &&
        (!dialect.speaks("json_schema") || !/schema|json_object/i.test(said)),
      temperature: (said) => /temperature/i.test(said),
      system: (said) =>
        /\bsystem\W{0,3}(?:role|message|prompt|instruction)|\brole\b.{0,40}\bsystem\b|messages\[0\]\.role|\broles? (?:must|should) alternate|only user and assistant|developer instruction/i.test(
          said,
        ),
      max_tokens: (said) => /\bmax_tokens\b.{0,60}(?:not |un|instead)/i.test(said),
      unbounded: (said) =>
        /\bmax_(?:completion_)?tokens\b.{0,40}(?:required|missing)|(?:requires?|required|missing|must (?:set|provide|specify))\b.{0,40}\bmax_(?:completion_)?tokens\b/i.test(
          said,
        ),
      whole: (said) =>
        /\bonly\b.{0,20}\bstream|(?<!non-)\bstream(?:ing)?\b.{0,20}(?:must be|required|only|(?:to|=) ?true)|enable (?:the )?stream/i.test(
          said,
        ),
    },
    ["max_tokens", "unbounded", "whole"],
  );

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
    const boundField = dialect.speaks("max_tokens") ? "max_tokens" : "max_completion_tokens";
    const bound = maxTokens ?? (dialect.speaks("unbounded") ? undefined : requiredBound);
    const said = messages(request, custom);
    return {
      model: identity.model,
      messages: dialect.speaks("system") ? said : asOneMessage(said),
      ...(format === undefined ? {} : { response_format: format }),
      ...(dialect.speaks("temperature") ? { temperature: 0 } : {}),
      ...(bound === undefined ? {} : { [boundField]: bound }),
      ...(dialect.speaks("whole") ? {} : { stream: true }),
      ...extraBody,
    };
  }

  return endpointLanguageModel({
    identity,
    endpoint,
    clock,
    maxOutputTokens,
    async ask(request, custom, maxTokens, call) {
      const answer = await dialect.speak(
        () =>
          post(server, "/chat/completions", body(request, custom, maxTokens), call).catch(
            (error: unknown) => rescued(error, dialect.isSettled),
          ),
        [request.text],
      );
      return completionOf(answer, request.text);
    },
  });
}

/** Some models know only users and themselves. */
function asOneMessage(said: ReturnType<typeof messages>) {
  return [{ role: "user" as const, content: said.map(({ content }) => content).join("\n\n") }];
}

/**
 * An endpoint that checks answers against the schema refuses those that do not fit, and quotes them
 * (Groq: `failed_generation`). They are paid for, and what does not fit can mostly be repaired.
 * @param settled Whether other texts were answered: then it is no reason to ask for less.
 */
function rescued(error: unknown, settled: boolean): unknown {
  const generated = error instanceof EndpointRefusal ? error.complaint.generated : undefined;
  if (generated === undefined) throw error;
  if (jsonObjects(generated).length > 0 || meantObject(generated) !== undefined)
    return { choices: [{ message: { content: generated } }] };
  throw settled
    ? unreadableAnswer("The endpoint found no JSON in the answer of its language model.")
    : error;
}
