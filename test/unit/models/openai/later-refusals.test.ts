/** Parameters that are refused only after an answer, because no call had them before. */
import { expect, test } from "vitest";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";
import { providerOfTests } from "../../../support/fake-provider/provider-of-tests.ts";

const provider = await providerOfTests();

test("the bound of a longer answer goes by the name that the endpoint knows", async () => {
  const model = openAILanguageModel({
    identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
    clock: { now: () => Date.now() },
  });
  provider.script({
    refuseParameters: ["max_tokens"],
    quirks: {
      thinksForTokens: 4_000,
      parameterRefusal: {
        body: {
          error: {
            message:
              "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            type: "invalid_request_error",
            param: "max_tokens",
            code: "unsupported_parameter",
          },
        },
      },
    },
  });
  const ask = (text: string) =>
    model.describe(
      { text, headings: [] },
      { signal: AbortSignal.timeout(5_000), correlationId: "01J-1-metadata-0" },
    );
  await ask("The keeper opened the sluices.");
  expect(provider.calls).toHaveLength(3);
  await ask("He closed them at dusk.");
  expect(provider.calls).toHaveLength(4);
});
