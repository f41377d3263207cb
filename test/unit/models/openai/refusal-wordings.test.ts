/** The same refusals in the words of other endpoints; each is from a public report. */
import { expect, test } from "vitest";
import { chatOfTests, failureOf } from "../../../support/fake-provider/chat-of-tests.ts";

const { provider, ask } = await chatOfTests();

const misconfigured = "ProviderMisconfiguredError";
const throttled = "ProviderThrottledError";
const unavailable = "ProviderUnavailableError";

test.each<readonly [string, string, number, unknown]>([
  [
    "LM Studio for an address without /v1",
    misconfigured,
    200,
    { error: "Unexpected endpoint or method. (POST /chat/completions)" },
  ],
  [
    "LM Studio without a model",
    misconfigured,
    400,
    { error: "No models loaded. Please load a model in the developer page." },
  ],
  [
    "LM Studio whose model is gone",
    unavailable,
    400,
    { error: "The model has crashed without additional information. (Exit code: 6)" },
  ],
  [
    "Anthropic at the limit of a month",
    misconfigured,
    400,
    {
      type: "error",
      error: {
        type: "invalid_request_error",
        message:
          "You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.",
      },
    },
  ],
  [
    "Zhipu for an account in arrears",
    misconfigured,
    429,
    { error: { code: "1113", message: "您的账户已欠费,请充值后重试。" } },
  ],
  [
    "Zhipu for an account without credit",
    misconfigured,
    429,
    { error: { code: "1113", message: "余额不足或无可用资源包,请充值。" } },
  ],
  [
    "Zhipu for too many calls at once",
    throttled,
    429,
    { error: { code: "1302", message: "您当前使用该API的并发数过高,请降低并发" } },
  ],
  [
    "MiniMax without a key",
    misconfigured,
    200,
    { base_resp: { status_code: 1004, status_msg: "login fail: Please carry the API secret key" } },
  ],
  [
    "a gateway for a key",
    misconfigured,
    200,
    { success: false, code: 40_101, msg: "Invalid token" },
  ],
  [
    "Baidu for too many calls",
    throttled,
    200,
    { error_code: 18, error_msg: "Open api qps request limit reached" },
  ],
  [
    "Novita without balance",
    misconfigured,
    400,
    { code: 400, reason: "NOT_ENOUGH_BALANCE", message: "not enough balance" },
  ],
  [
    "Groq whose model is gone for good",
    misconfigured,
    400,
    {
      error: {
        message: "The model `m` has been decommissioned and is no longer supported.",
        code: "model_decommissioned",
      },
    },
  ],
  [
    "Groq for an organisation",
    misconfigured,
    400,
    { error: { message: "Organization has been restricted. Please reach out to support." } },
  ],
  [
    "Gemini for a country",
    misconfigured,
    400,
    [{ error: { code: 400, message: "User location is not supported for the API use." } }],
  ],
  [
    "a gateway before Bedrock whose role has run out",
    misconfigured,
    500,
    {
      detail:
        "An error occurred (ExpiredTokenException) when calling the Converse operation: The security token included in the request is expired",
    },
  ],
  [
    "vLLM whose engine is dead",
    unavailable,
    400,
    { object: "error", message: "Background loop has errored already.", code: 400 },
  ],
  ["a gateway that is busy", throttled, 200, { error: "Rate limit exceeded, retry in 5 seconds" }],
])("%s: %s", async (_, name, status, body) => {
  provider.script({ faults: [{ kind: "answer", status, body }] });
  expect((await failureOf(ask())).name).toBe(name);
});

test("Azure says in a header of its own how long to wait", async () => {
  const headers = { "x-ms-retry-after-ms": "30000" };
  provider.script({ faults: [{ kind: "answer", status: 429, body: "", headers }] });
  expect((await failureOf(ask())).retryAfterMs).toBe(30_000);
});
