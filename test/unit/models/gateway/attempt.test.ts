import { describe, expect, test } from "vitest";
import { attempt, usageOf } from "../../../../lambdas/models/gateway/attempt.ts";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";
import { providerOfTests } from "../../../support/fake-provider/provider-of-tests.ts";

const provider = await providerOfTests();

const aborted = { signal: AbortSignal.abort(), correlationId: "job-1-metadata-0" };
const invoke = () => Promise.reject(new Error("aborted"));

test("a call that was aborted says how many seconds it had, and what helps", async () => {
  expect(await attempt(invoke, { ...aborted, timeoutMs: 30_000 })).toMatchObject({
    kind: "failed",
    error: {
      name: "ProviderTimeoutError",
      message:
        "The provider did not answer within 30 seconds. If this repeats, use a faster model, or raise the setting of its call time-out.",
    },
  });
});

test("a call whose time is not known names no figure", async () => {
  const attempted = await attempt(invoke, aborted);
  expect(attempted).toMatchObject({
    error: { message: expect.stringMatching(/^The provider did not answer in time\. /) as string },
  });
});

describe("an answer that cannot be used", () => {
  const answer = (finish_reason: string, content: string) => ({
    choices: [{ finish_reason, message: { content } }],
    usage: { prompt_tokens: 70, completion_tokens: 30 },
  });
  test.each([
    ["is no JSON", answer("stop", "What a lovely passage."), 1],
    ["is a refusal", answer("content_filter", ""), 1],
    ["is cut off twice", answer("length", '{"title": "T'), 2],
  ])("costs what it says where it %s", async (_, body, calls) => {
    provider.script({ faults: [{ kind: "answer", body }] });
    const model = openAILanguageModel({
      identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
      clock: { now: () => Date.now() },
    });
    const attempted = await attempt(
      (options) => model.describe({ text: "The keeper.", headings: [] }, options),
      { signal: AbortSignal.timeout(5_000), correlationId: "job-1-metadata-0" },
    );
    expect(usageOf("llm", attempted)).toEqual({
      llmCalls: calls,
      promptTokens: 70 * calls,
      completionTokens: 30 * calls,
    });
  });
});
