/** Chunk metadata by any model of Amazon Bedrock that Converse takes. */
import {
  type BedrockRuntimeClient,
  type ContentBlock,
  ConverseCommand,
  type ConverseCommandInput,
  type ConverseCommandOutput,
} from "@aws-sdk/client-bedrock-runtime";
import type { CustomSchema } from "../../contract/custom-schema.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { type Completion, endpointLanguageModel } from "../description/endpoint-language-model.ts";
import { answerSchema, messages } from "../description/prompt.ts";
import { Dialect } from "../endpoint/dialect.ts";
import { tokensOrEstimate } from "../endpoint/token-estimate.ts";
import type { Endpoint } from "../endpoint/translate.ts";
import { isFields } from "../fields.ts";
import type { CallOptions, DescribeRequest, LanguageModel } from "../models.ts";
import { asked, bedrockClient, repairs } from "./bedrock-client.ts";

export interface BedrockLanguageModelOptions {
  /** `model` is a model id, an inference profile or an ARN of one. */
  readonly identity: ModelIdentity;
  /** @default the function's own region */
  readonly region?: string | undefined;
  /** Fields of the model's own, sent as `additionalModelRequestFields`. @default none */
  readonly extraBody?: Readonly<Record<string, unknown>> | undefined;
  /** Tokens that an answer may have. @default the model's own bound */
  readonly maxOutputTokens?: number | undefined;
  readonly clock: Pick<Clock, "now">;
  /** @default one for the region */
  readonly client?: BedrockRuntimeClient | undefined;
}

type Option = "choice" | "tool" | "temperature" | "system";

const endpoint: Endpoint = { what: "Bedrock's language model", ...repairs("LLM") };
const toolName = "describe_passage";

export function bedrockLanguageModel(options: BedrockLanguageModelOptions): LanguageModel {
  const { identity, clock, extraBody = {}, maxOutputTokens } = options;
  let client: BedrockRuntimeClient | undefined;
  // A tool whose input is the answer is how most of its models give structured output.
  const dialect: Dialect<Option> = new Dialect<Option>({
    choice: (said) => /tool_?choice/i.test(said),
    tool: (said) =>
      /tool/i.test(said) && (!dialect.speaks("choice") || !/tool_?choice/i.test(said)),
    temperature: (said) => /temperature/i.test(said),
    system: (said) => /system (?:message|prompt|instruction|role)/i.test(said),
  });

  function input(
    request: DescribeRequest,
    custom: CustomSchema | undefined,
    maxTokens: number | undefined,
    { correlationId }: CallOptions,
  ): ConverseCommandInput {
    const [system, user] = messages(request, custom);
    const [instructions = "", passage = ""] = [system?.content, user?.content];
    const separate = dialect.speaks("system");
    const said = separate ? [passage] : [instructions, passage];
    return {
      modelId: identity.model,
      ...(separate ? { system: [{ text: instructions }] } : {}),
      messages: [{ role: "user", content: said.map((text) => ({ text })) }],
      inferenceConfig: {
        ...(dialect.speaks("temperature") ? { temperature: 0 } : {}),
        ...(maxTokens === undefined ? {} : { maxTokens }),
      },
      ...(dialect.speaks("tool")
        ? { toolConfig: toolConfig(custom, dialect.speaks("choice")) }
        : {}),
      ...(Object.keys(extraBody).length === 0
        ? {}
        : { additionalModelRequestFields: extraBody as Document }),
      // Stands in the account's log of model invocations.
      requestMetadata: { correlation: correlationId },
    };
  }

  return endpointLanguageModel({
    identity,
    endpoint,
    clock,
    maxOutputTokens,
    async ask(request, custom, maxTokens, call) {
      client ??= bedrockClient(options);
      const { signal } = call;
      const send = (from: BedrockRuntimeClient) =>
        from.send(new ConverseCommand(input(request, custom, maxTokens, call)), {
          abortSignal: signal,
        });
      const answer = await dialect.speak(
        () => asked(() => send(client ?? bedrockClient(options))),
        [request.text],
      );
      return completionOf(answer, request.text);
    },
  });
}

type Document = NonNullable<ConverseCommandInput["additionalModelRequestFields"]>;

function toolConfig(custom: CustomSchema | undefined, chosen: boolean) {
  return {
    tools: [
      {
        toolSpec: {
          name: toolName,
          description: "Takes the description of the passage.",
          inputSchema: { json: answerSchema(custom) as Document },
        },
      },
    ],
    ...(chosen ? { toolChoice: { tool: { name: toolName } } } : {}),
  };
}

function completionOf(answer: ConverseCommandOutput, asked: string): Completion {
  const content = answer.output?.message?.content ?? [];
  const said = [
    ...content.flatMap(({ toolUse }) => (isFields(toolUse?.input) ? [toolUse.input] : [])),
    ...content.map(({ text }) => text ?? ""),
    ...content.map(thought),
  ].filter((part) => part !== "");
  return {
    said,
    refused: ["content_filtered", "guardrail_intervened"].includes(answer.stopReason ?? ""),
    cutOff: ["max_tokens", "model_context_window_exceeded"].includes(answer.stopReason ?? ""),
    usage: {
      promptTokens: tokensOrEstimate(answer.usage?.inputTokens, asked),
      completionTokens: tokensOrEstimate(answer.usage?.outputTokens, JSON.stringify(said)),
    },
  };
}

function thought({ reasoningContent }: ContentBlock): string {
  return reasoningContent?.reasoningText?.text ?? "";
}
