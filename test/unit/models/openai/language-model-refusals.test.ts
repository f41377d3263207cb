/** How chat endpoints really refuse: what each says comes from public reports. */
import { describe, expect, test } from "vitest";
import {
  answer,
  chatOfTests,
  failureOf,
  texts,
} from "../../../support/fake-provider/chat-of-tests.ts";
import type { ScriptInput } from "../../../support/fake-provider/fake-provider-script.ts";

const { provider, languageModel, ask, askAll } = await chatOfTests();

describe("an endpoint that refuses", () => {
  const failures: readonly (readonly [string, string, RegExp, ScriptInput])[] = [
    [
      "an empty account by 429",
      "ProviderMisconfiguredError",
      /exceeded your current quota/,
      answer(429, {
        error: {
          message: "You exceeded your current quota, please check your plan and billing details.",
          type: "insufficient_quota",
          code: "insufficient_quota",
        },
      }),
    ],
    [
      "a key by 400",
      "ProviderMisconfiguredError",
      /API key not valid/,
      answer(400, [
        {
          error: {
            code: 400,
            message: "API key not valid. Please pass a valid API key.",
            status: "INVALID_ARGUMENT",
            details: [{ reason: "API_KEY_INVALID" }],
          },
        },
      ]),
    ],
    [
      "a key by 500",
      "ProviderMisconfiguredError",
      /Incorrect API key/,
      answer(500, { message: "Incorrect API key provided" }),
    ],
    [
      "an unpaid account by 400",
      "ProviderMisconfiguredError",
      /overdue/,
      answer(400, {
        code: "Arrearage",
        message: "Access denied, please make sure your account is not overdue-payment.",
      }),
    ],
    [
      "an account without credit by 403",
      "ProviderMisconfiguredError",
      /balance/,
      answer(403, {
        code: 30001,
        message: "Sorry, your account balance is insufficient",
        data: null,
      }),
    ],
    [
      "a model by 400",
      "ProviderMisconfiguredError",
      /does not exist/,
      answer(400, { detail: "The model `m` does not exist." }),
    ],
    [
      "by a page, as another address would",
      "ProviderMisconfiguredError",
      /BASE_URL/,
      answer(200, "<!DOCTYPE html><html><title>Welcome</title></html>", {
        "content-type": "text/html",
      }),
    ],
    [
      "by a redirection",
      "ProviderMisconfiguredError",
      /BASE_URL/,
      answer(301, "", { location: "http://127.0.0.1:1/" }),
    ],
    [
      "by 200 with a code of 429",
      "ProviderThrottledError",
      /slow down/,
      answer(200, { error: { code: 429, message: "slow down" } }),
    ],
    [
      "by 200 with a code of 503",
      "ProviderUnavailableError",
      /no instances/,
      answer(200, { error: { code: "503", message: "no instances" } }),
    ],
    [
      "by 200 with a code of 401",
      "ProviderMisconfiguredError",
      /No auth credentials/,
      answer(200, { error: { code: 401, message: "No auth credentials found" } }),
    ],
    [
      "by 200 with an error in its choice",
      "ProviderThrottledError",
      /upstream/,
      answer(200, {
        choices: [{ error: { code: 429, message: "upstream is busy" }, finish_reason: "error" }],
      }),
    ],
    [
      "a long text by 500",
      "ProviderRejectedError",
      /context length/,
      answer(500, { error: { message: "This model's maximum context length is 2048 tokens" } }),
    ],
    [
      "what it holds to be unsafe by 403",
      "ProviderRejectedError",
      /flagged/,
      answer(403, { error: { code: 403, message: "Your input was flagged by moderation" } }),
    ],
    [
      "a minute's quota with a delay",
      "ProviderThrottledError",
      /current quota/,
      answer(429, {
        error: {
          code: 429,
          message: "You exceeded your current quota, please check your plan and billing details.",
          status: "RESOURCE_EXHAUSTED",
          details: [{ retryDelay: "34s" }],
        },
      }),
    ],
  ];
  test.each(failures)("%s ends in %s with its own words", async (_, name, words, script) => {
    provider.script(script);
    const error = await failureOf(ask());
    expect(error.name).toBe(name);
    expect(error.message).toMatch(words);
  });

  test("every text in the same words is set up wrongly, which the first few show", async () => {
    const message = "parameter.enable_thinking must be set to false for non-streaming calls";
    provider.script({
      quirks: {
        required: { fields: { enable_thinking: false }, refusal: { body: { error: { message } } } },
      },
    });
    const errors = (await askAll()).map((outcome) =>
      outcome === "ok" ? new Error("answered") : outcome,
    );
    const misconfigured = errors.find(({ name }) => name === "ProviderMisconfiguredError");
    expect(misconfigured?.message).toContain(message);
    // The third text shows it; a batch stops there, with those that are in flight.
    expect(errors.findIndex(({ name }) => name === "ProviderMisconfiguredError")).toBe(2);
    provider.script({
      quirks: {
        required: { fields: { enable_thinking: false }, refusal: { body: { error: { message } } } },
      },
    });
    const repaired = languageModel({ extraBody: { enable_thinking: false } });
    expect(await askAll(repaired)).toEqual(texts.map(() => "ok"));
  });

  test("some texts in the same words refuses those, once any was answered", async () => {
    provider.script({
      faults: [
        { kind: "answer", status: 400, body: { detail: "Not this one" }, whenText: "number 1" },
      ],
    });
    const failed = (await askAll()).filter((outcome) => outcome !== "ok");
    expect(failed).toHaveLength(11);
    expect(new Set(failed.map(({ name }) => name))).toEqual(new Set(["ProviderRejectedError"]));
  });

  test("says why in at most 300 characters, without the text or the key", async () => {
    const message = `Invalid input \\"{text}\\" for key sk-abcdefgh12345678: ${"see the manual ".repeat(60)}`;
    provider.script({
      faults: [{ kind: "answer", status: 400, body: `{"detail": "${message}"}` }],
    });
    const error = await failureOf(ask());
    expect(error.message).toMatch(/Invalid input … for key …: see the manual/);
    expect(error.message).not.toMatch(/Rotterdam|Keeper|sk-abc/);
    expect(error.message.length).toBeLessThan(420);
  });
});

describe("how long an endpoint asks to wait", () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const waits: readonly (readonly [string, Record<string, string>, number])[] = [
    ["seconds", { "retry-after": "7200" }, 7_200],
    ["milliseconds", { "retry-after-ms": "900500" }, 900.5],
    ["a date", { "retry-after": inHours(3).toUTCString() }, 10_800],
    ["a duration", { "x-ratelimit-reset-requests": "6m30s" }, 390],
    [
      "the limit that is used up",
      {
        "x-ratelimit-reset-requests": "2h",
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-tokens": "5h",
        "x-ratelimit-remaining-tokens": "9",
      },
      7_200,
    ],
    [
      "the later of two limits",
      { "x-ratelimit-reset-requests": "20ms", "x-ratelimit-reset-tokens": "1h" },
      3_600,
    ],
    [
      "a time since 1970",
      { "x-ratelimit-reset": String(Math.round(inHours(1).getTime() / 1_000)) },
      3_600,
    ],
    ["the same in milliseconds", { "x-ratelimit-reset": String(inHours(1).getTime()) }, 3_600],
    ["a moment", { "anthropic-ratelimit-tokens-reset": inHours(2).toISOString() }, 7_200],
  ];
  test.each(waits)("is read from %s", async (_, headers, seconds) => {
    provider.script(answer(429, { error: { message: "slow down" } }, headers));
    const { retryAfterMs = 0 } = await failureOf(ask());
    expect(Math.abs(retryAfterMs / 1_000 - seconds)).toBeLessThan(60);
  });

  test("is read from its sentence where no header says it", async () => {
    provider.script(
      answer(429, {
        error: { message: "Rate limit reached. Please try again in 7m12s. Visit our page." },
      }),
    );
    expect((await failureOf(ask())).retryAfterMs).toBe(432_000);
  });
});
