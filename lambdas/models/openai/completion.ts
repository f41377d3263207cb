/** What a chat completion says, in the forms in which endpoints say it. */
import * as z from "zod";
import type { Completion } from "../description/endpoint-language-model.ts";
import { tokensOrEstimate } from "../endpoint/token-estimate.ts";
import { unreadableAnswer } from "../unusable-answer.ts";

const object = z.record(z.string(), z.unknown());
const message = z.object({
  content: z.unknown().optional(),
  refusal: z.string().nullish().catch(null),
  /** Where servers that separate the reasoning put it, now and then with the answer inside. */
  reasoning_content: z.unknown().optional(),
  reasoning: z.unknown().optional(),
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
        message: message.optional(),
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

/** @param asked The text, for an estimate of the tokens where the endpoint does not count. */
export function completionOf(answer: unknown, asked: string): Completion {
  const parsed = completionShape.safeParse(answer);
  const choice = parsed.data?.choices[0];
  if (choice === undefined)
    throw unreadableAnswer("The language model answered without a completion.");
  const { content, refusal, reasoning_content, reasoning, ...calls } = choice.message ?? {};
  const said = [
    ...[content, choice.text].flatMap(spoken),
    ...(calls.tool_calls ?? []).map((call) => call.function.arguments),
    ...(calls.function_call ? [calls.function_call.arguments] : []),
    ...[reasoning_content, reasoning].flatMap(spoken),
  ].filter((part) => part !== "");
  const text = said
    .map((part) => (typeof part === "string" ? part : JSON.stringify(part)))
    .join("");
  const { usage } = parsed.data ?? {};
  return {
    said,
    refused:
      Boolean(refusal) || /^(?:content_filter|safety|refusal)$/i.test(choice.finish_reason ?? ""),
    cutOff: /^(?:length|max_(?:output_)?tokens|model_length)$/i.test(choice.finish_reason ?? ""),
    usage: {
      promptTokens: tokensOrEstimate(usage?.prompt_tokens, asked),
      completionTokens: tokensOrEstimate(usage?.completion_tokens, text),
    },
  };
}

/** A string, a list of parts of which those with text count, or an object that was parsed already. */
function spoken(content: unknown): (string | Readonly<Record<string, unknown>>)[] {
  if (typeof content === "string") return [content];
  if (Array.isArray(content)) return [content.map(partText).join("")];
  const parsed = object.safeParse(content);
  return parsed.success ? [parsed.data] : [];
}

function partText(part: unknown): string {
  if (typeof part === "string") return part;
  const { text } = object.safeParse(part).data ?? {};
  return typeof text === "string" ? text : "";
}
