/** A chat endpoint as the product's adapter asks it, on a fake provider of the test file. */
import { expect } from "vitest";
import type { LanguageModel } from "../../../lambdas/models/models.ts";
import { openAILanguageModel } from "../../../lambdas/models/openai/openai-language-model.ts";
import type { SluiceError } from "../../../lambdas/platform/tasks/task-error.ts";
import type { FakeProvider } from "./fake-provider.ts";
import { providerOfTests } from "./provider-of-tests.ts";

type Options = Partial<Parameters<typeof openAILanguageModel>[0]>;

export const texts = Array.from(
  { length: 20 },
  (_, i) => `Keeper number ${i} opened the sluices of Rotterdam at dawn, and closed them at dusk.`,
);

export interface ChatOfTests {
  readonly provider: FakeProvider;
  readonly languageModel: (options?: Options) => LanguageModel;
  readonly ask: (text?: string, model?: LanguageModel) => ReturnType<LanguageModel["describe"]>;
  /** All texts, ten at a time, as a batch has them. */
  readonly askAll: (model?: LanguageModel) => Promise<("ok" | SluiceError)[]>;
}

export async function chatOfTests(): Promise<ChatOfTests> {
  const provider = await providerOfTests();
  const languageModel = (options: Options = {}) =>
    openAILanguageModel({
      identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
      clock: { now: () => Date.now() },
      ...options,
    });
  const ask = (text = texts[0] ?? "", model = languageModel()) =>
    model.describe(
      { text, headings: ["Water"] },
      { signal: AbortSignal.timeout(5_000), correlationId: "01J-1-metadata-0" },
    );

  async function askAll(model = languageModel()) {
    const outcomes: ("ok" | SluiceError)[] = [];
    const waiting = [...texts];
    const worker = async () => {
      for (let text = waiting.shift(); text !== undefined; text = waiting.shift()) {
        outcomes.push(
          await ask(text, model).then(
            () => "ok",
            (error: SluiceError) => error,
          ),
        );
      }
    };
    await Promise.all(Array.from({ length: 10 }, worker));
    return outcomes;
  }

  return { provider, languageModel, ask, askAll };
}

export async function failureOf(
  promise: Promise<unknown>,
): Promise<SluiceError & { readonly retryAfterMs?: number }> {
  return promise.then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error as SluiceError,
  );
}

/** A script by which every call is answered so. */
export const answer = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  faults: [{ kind: "answer" as const, status, body, headers }],
});
