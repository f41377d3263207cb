/** Chunk metadata by any endpoint that speaks OpenAI's `/chat/completions`. */
import type OpenAI from "openai";
import * as z from "zod";
import { type CustomSchema, customSchema } from "../../contract/custom-schema.ts";
import { type ChunkMetadata, entityTypes } from "../../contract/metadata.ts";
import type { Clock } from "../../platform/clock.ts";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { acceptCustom } from "../custom-fields.ts";
import { ProviderRejectedError, ProviderUnavailableError } from "../errors.ts";
import type { LanguageModel } from "../models.ts";
import { withinBounds } from "../within-bounds.ts";
import { type ApiKey, openAIClient, requestOptions, withKey } from "./openai-client.ts";
import { Dialect } from "./openai-dialect.ts";
import { type Endpoint, translate } from "./openai-errors.ts";
import { answerSchema, messages } from "./prompt.ts";

export interface OpenAILanguageModelOptions {
  /** `provider` is the endpoint's base URL. */
  readonly identity: ModelIdentity;
  /** @default none is sent */
  readonly apiKey?: ApiKey | undefined;
  readonly clock: Pick<Clock, "now">;
}

const endpoint: Endpoint = { what: "The language model's endpoint", settings: "LLM" };

/** Taken as it comes: what a model makes too long, doubles or types freely is mended, not refused. */
const answerShape = z.object({
  title: z.string(),
  summary: z.string(),
  keywords: z.array(z.string()),
  entities: z.array(z.object({ text: z.string(), type: z.enum(entityTypes).catch("other") })),
  language: z
    .string()
    .transform((tag) => tag.trim().toLowerCase().split(/[-_]/)[0] ?? "")
    .pipe(z.string().regex(/^[a-z]{2}$/))
    .catch("und"),
  custom: z.record(z.string(), z.unknown()).nullish(),
});

const completionShape = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        message: z.object({ content: z.string().nullish(), refusal: z.string().nullish() }),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.number().catch(0), completion_tokens: z.number().catch(0) })
    .nullish()
    .catch(null),
});

export function openAILanguageModel(options: OpenAILanguageModelOptions): LanguageModel {
  const { identity, apiKey, clock } = options;
  const client = openAIClient({ baseUrl: identity.provider, apiKey });
  const dialect = new Dialect({
    json_schema: /response_format|json_schema|structured.output|guided/i,
    json_object: /response_format|json_object/i,
    temperature: /temperature/i,
  });

  function body(
    request: Parameters<LanguageModel["describe"]>[0],
    custom: CustomSchema | undefined,
  ): OpenAI.ChatCompletionCreateParamsNonStreaming {
    const format: Pick<OpenAI.ChatCompletionCreateParamsNonStreaming, "response_format"> =
      dialect.speaks("json_schema")
        ? {
            response_format: {
              type: "json_schema",
              json_schema: { name: "metadata", strict: true, schema: answerSchema(custom) },
            },
          }
        : dialect.speaks("json_object")
          ? { response_format: { type: "json_object" } }
          : {};
    return {
      model: identity.model,
      messages: messages(request, custom),
      ...format,
      ...(dialect.speaks("temperature") ? { temperature: 0 } : {}),
    };
  }

  return {
    identity,
    async describe(request, call) {
      const custom = request.schema === undefined ? undefined : customSchema.parse(request.schema);
      try {
        const completion = await withKey(apiKey, () =>
          dialect.speak<unknown>(() =>
            client.chat.completions.create(body(request, custom), requestOptions(call)),
          ),
        );
        return read(completion, custom);
      } catch (error) {
        if (error instanceof SluiceError) throw error;
        throw translate(error, endpoint, { signal: call.signal, nowMs: clock.now() });
      }
    },
  };
}

function read(completion: unknown, custom: CustomSchema | undefined) {
  const parsed = completionShape.safeParse(completion);
  const choice = parsed.data?.choices[0];
  if (choice === undefined) throw nonsense("answered without a completion");
  if (choice.message.refusal || choice.finish_reason === "content_filter") {
    throw new ProviderRejectedError("The language model refuses to describe this text.");
  }
  if (choice.finish_reason === "length") throw nonsense("stopped in the middle of its answer");
  const usage = parsed.data?.usage;
  return {
    value: metadata(choice.message.content ?? "", custom),
    usage: {
      promptTokens: usage?.prompt_tokens ?? 0,
      completionTokens: usage?.completion_tokens ?? 0,
    },
  };
}

function metadata(content: string, custom: CustomSchema | undefined): ChunkMetadata {
  const answer = answerShape.safeParse(json(content));
  if (!answer.success) throw nonsense("answered what is not the JSON that was asked for");
  const { custom: candidate, ...standard } = answer.data;
  const fields = custom && acceptCustom(custom, candidate ?? {});
  return withinBounds(fields === undefined ? standard : { ...standard, custom: fields });
}

/** Without structured output some models think aloud first, or put the object into a Markdown fence. */
function json(content: string): unknown {
  const said = content.replace(/^\s*<think>[\s\S]*?<\/think>/, "");
  const bare = said.trim().replace(/^```(?:json)?\s*([\s\S]*?)\s*```$/, "$1");
  try {
    return JSON.parse(bare);
  } catch {
    return undefined;
  }
}

/** Another try may well be answered properly, so it counts as the provider's failure. */
function nonsense(what: string): ProviderUnavailableError {
  return new ProviderUnavailableError(`The language model ${what}.`);
}
