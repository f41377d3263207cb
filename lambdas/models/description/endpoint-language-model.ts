/** A language model over an endpoint: asked, read, and asked once more where its answer was cut off. One way for all providers. */
import { type CustomSchema, customSchema } from "../../contract/custom-schema.ts";
import type { Clock } from "../../platform/clock.ts";
import { SluiceError } from "../../platform/tasks/task-error.ts";
import type { ModelIdentity } from "../../records/answers/answer-key.ts";
import { FirstCall } from "../endpoint/first-call.ts";
import { OutputBudget } from "../endpoint/output-budget.ts";
import { EndpointRefusal } from "../endpoint/refusal.ts";
import { SameRefusals } from "../endpoint/same-refusals.ts";
import { type Endpoint, translate } from "../endpoint/translate.ts";
import { UnreadableAnswers } from "../endpoint/unreadable-answers.ts";
import { AnswerUnusableError } from "../errors.ts";
import type { CallOptions, DescribeRequest, LanguageModel, ModelUsage } from "../models.ts";
import { unreadableAnswer, unusableAnswer } from "../unusable-answer.ts";
import { readMetadata } from "./read-metadata.ts";

export interface Completion {
  /** Where the answer may stand, the likeliest place first. */
  readonly said: readonly (string | Readonly<Record<string, unknown>>)[];
  /** The model, or a filter, declines to answer. */
  readonly refused: boolean;
  /** It ran out of tokens to answer in. */
  readonly cutOff: boolean;
  /** How the endpoint says that it gave up in the middle, or that nothing more came. @default it did not */
  readonly interrupted?: string | undefined;
  readonly usage: ModelUsage;
}

export interface EndpointLanguageModelOptions {
  readonly identity: ModelIdentity;
  readonly endpoint: Endpoint;
  readonly clock: Pick<Clock, "now">;
  /** Tokens that an answer may have. @default the endpoint's own bound */
  readonly maxOutputTokens?: number | undefined;
  /**
   * One request.
   * @param maxTokens @default the endpoint's own bound
   * @throws EndpointRefusal
   */
  readonly ask: (
    request: DescribeRequest,
    custom: CustomSchema | undefined,
    maxTokens: number | undefined,
    call: CallOptions,
  ) => Promise<Completion>;
}

export function endpointLanguageModel(options: EndpointLanguageModelOptions): LanguageModel {
  const { identity, endpoint, clock } = options;
  const budget = new OutputBudget(options.maxOutputTokens);
  const firstCall = new FirstCall();
  const refusals = new SameRefusals();
  const unreadable = new UnreadableAnswers();

  async function describe(request: DescribeRequest, call: CallOptions) {
    const custom = request.schema === undefined ? undefined : customSchema.parse(request.schema);
    const ask = (maxTokens: number | undefined) => options.ask(request, custom, maxTokens, call);
    const read = (completion: Completion) => readMetadata(completion.said, request, custom);
    const bound = budget.tokens;
    const first = await budget.ask(bound, ask);
    if (first.refused) {
      throw unusableAnswer("The language model refuses to describe this text.", first.usage);
    }
    const value = read(first);
    if (value !== undefined) return { value, usage: first.usage };
    if (first.interrupted !== undefined) throw brokenOff(first.interrupted);
    if (!first.cutOff) {
      // Servers that cut answers off at a bound of their own do not all say so.
      if (bound === undefined && !unreadable.anyRead && endsWithin(first)) budget.accept();
      throw unreadableAnswer(
        "The answer of the language model is not the requested JSON.",
        first.usage,
      );
    }
    const second = await budget.again(bound, call.signal, ask);
    const longer = second && read(second);
    if (second === undefined || longer === undefined) {
      throw unusableAnswer(
        second === undefined
          ? "The answer of the language model was cut off, and a longer one could not be had."
          : `The answer of the language model was cut off, even with a limit of ${budget.largest} tokens.`,
        second === undefined ? first.usage : sum(first.usage, second.usage),
      );
    }
    budget.accept();
    return { value: longer, usage: sum(first.usage, second.usage) };
  }

  return {
    identity,
    async describe(request, call) {
      try {
        const answer = await firstCall.follow(() => describe(request, call));
        refusals.answered(call.correlationId);
        unreadable.read();
        return answer;
      } catch (error) {
        if (error instanceof AnswerUnusableError) throw unreadable.judge(error, request.text);
        if (error instanceof SluiceError) throw error;
        const texts = [request.text, ...request.headings];
        const { signal, timeoutMs } = call;
        const { provider } = identity;
        const asked = { signal, timeoutMs, nowMs: clock.now(), texts, provider };
        const translated = translate(error, endpoint, asked);
        if (translated instanceof AnswerUnusableError) {
          throw unreadable.judge(translated, request.text);
        }
        throw error instanceof EndpointRefusal
          ? refusals.judge(translated, error, call.correlationId, request.text)
          : translated;
      }
    },
  };
}

/** The server's doing, not the text's: another try may end. */
function brokenOff(why: string): EndpointRefusal {
  const words = `The answer broke off (${why}).`;
  return new EndpointRefusal(502, { words, parameters: "", codes: [] });
}

function sum(first: ModelUsage, second: ModelUsage): ModelUsage {
  return {
    promptTokens: first.promptTokens + second.promptTokens,
    completionTokens: first.completionTokens + second.completionTokens,
    calls: 2,
  };
}

/** Whether the likeliest place of an answer ends in the middle of an object, or of a thought. */
function endsWithin({ said: [first] }: Completion): boolean {
  if (typeof first !== "string") return false;
  const opens = first.search(/\{|<think/i);
  return opens !== -1 && !/\}\W*$|<\/think/i.test(first.slice(opens));
}
