/** What a chat completion says, in the forms in which endpoints say it. */
import * as z from "zod";
import type { Completion } from "../description/endpoint-language-model.ts";
import { tokensOrEstimate } from "../endpoint/token-estimate.ts";
import { unreadableAnswer } from "../unusable-answer.ts";
import { spoken } from "./spoken.ts";

const object = z.record(z.string(), z.unknown());
/** One that is a text says only that. */
const messageInWords = z.string().transform((content) => ({ content }));
const messageShape = z.object({
  content: z.unknown().optional(),
  refusal: z.string().nullish().catch(null),
  /** Where servers that separate the reasoning put it, now and then with the answer inside. */
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
  thinking: z.unknown().optional(),
  reasoning_details: z.unknown().optional(),
  /** Where servers put the answer once more that they read by the schema. */
  parsed: z.unknown().optional(),
  tool_calls: z
    .array(z.object({ function: z.object({ arguments: z.union([z.string(), object]) }) }))
    .nullish()
    .catch(null),
  /** Of the time before tools. */
  function_call: z
    .object({ arguments: z.union([z.string(), object]) })
    .nullish()
    .catch(null),
});
const completionShape = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish().catch(null),
        message: z.union([messageInWords, messageShape]).optional(),
        /** Of completions of the older kind. */
        text: z.string().nullish().catch(null),
      }),
    )
    .min(1),
  usage: z
    .object({ prompt_tokens: z.unknown().optional(), completion_tokens: z.unknown().optional() })
    .nullish()
    .catch(null),
});

/**
 * The server gave up in the middle: OpenRouter and vLLM, DeepSeek, Zhipu, and {@link brokenOff} of a
 * stream that ends before its answer.
 */
const interruptions =
  /^(?:error|abort(?:ed)?|cancell?ed|insufficient_system_resource|network_error|end_of_stream)$/i;

/** @param asked The text, for an estimate of the tokens where the endpoint does not count. */
export function completionOf(answer: unknown, asked: string): Completion {
  const parsed = completionShape.safeParse(ownForm(answer));
  const choice = parsed.data?.choices[0];
  if (choice === undefined)
    throw unreadableAnswer("The language model answered without a completion.");
  const message: Partial<z.infer<typeof messageShape>> = choice.message ?? {};
  const { content, refusal, parsed: read, ...others } = message;
  const { reasoning_content, reasoning, thinking, reasoning_details, ...calls } = others;
  const said = [
    ...[content, choice.text, read].flatMap(spoken),
    ...(calls.tool_calls ?? []).map((call) => call.function.arguments),
    ...(calls.function_call ? [calls.function_call.arguments] : []),
    ...[reasoning_content, reasoning, thinking, reasoning_details].flatMap(spoken),
  ].filter((part) => part !== "");
  const text = said
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join("");
  const { usage } = parsed.data ?? {};
  const finish = choice.finish_reason ?? "";
  return {
    said,
    // Gemini adds which filter: `content_filter: PROHIBITED_CONTENT`.
    refused:
      Boolean(refusal) ||
      /^(?:content_?filter|safety|refusal|recitation|prohibited_content|blocklist|spii|sensitive)/i.test(
        finish,
      ),
    cutOff: /^(?:length|max_(?:output_)?tokens|model_length)$/i.test(finish),
    interrupted: interruptions.test(finish) ? finish : undefined,
    usage: {
      promptTokens: tokensOrEstimate(usage?.prompt_tokens, asked),
      completionTokens: tokensOrEstimate(usage?.completion_tokens, text),
    },
  };
}

/**
 * The answers of other APIs than OpenAI's, which home-made servers and some gateways hand on: Ollama's
 * `message`, Anthropic's list of `content`, or a text alone.
 */
function ownForm(answer: unknown): unknown {
  const fields = object.safeParse(answer).data ?? {};
  const { choices, message, done_reason, stop_reason, usage } = fields;
  if (Array.isArray(choices)) return answer;
  const content =
    fields["content"] ?? fields["response"] ?? fields["text"] ?? fields["generated_text"];
  if (message === undefined && content === undefined) return answer;
  const finish_reason = done_reason ?? stop_reason;
  return { choices: [{ finish_reason, message: message ?? { content } }], usage };
}
