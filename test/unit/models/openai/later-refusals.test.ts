/** Parameters that are refused only after an answer, because no call had them before. */
import { expect, test } from "vitest";
import { chatOfTests, texts } from "../../../support/fake-provider/chat-of-tests.ts";

const { provider, languageModel, ask } = await chatOfTests();

test("the bound of a longer answer goes by the name that the endpoint knows", async () => {
  const model = languageModel();
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
  await ask(texts[0], model);
  expect(provider.calls).toHaveLength(3);
  await ask(texts[1], model);
  expect(provider.calls).toHaveLength(4);
});
