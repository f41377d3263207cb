import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bedrockEmbedder } from "../../../../lambdas/models/bedrock/bedrock-embedder.ts";
import { bedrockLanguageModel } from "../../../../lambdas/models/bedrock/bedrock-language-model.ts";
import type { SluiceError } from "../../../../lambdas/platform/tasks/task-error.ts";
import {
  type BedrockStandIn,
  type Fault,
  startBedrockStandIn,
} from "../../../support/bedrock-stand-in.ts";

const clock = { now: () => Date.now() };
const text = "Sluices in Rotterdam were rebuilt by Anna Vermeer in 1932.";
let bedrock: BedrockStandIn;
beforeAll(async () => {
  bedrock = await startBedrockStandIn();
});
afterEach(() => {
  bedrock.faults = [];
  bedrock.asked.length = 0;
});
afterAll(() => bedrock.close());

const identity = (model: string) => ({ provider: "bedrock", model, recipe: "1" });
const languageModel = (options: object = {}) =>
  bedrockLanguageModel({
    identity: identity("eu.amazon.nova-lite-v1:0"),
    clock,
    client: bedrock.client,
    ...options,
  });
const embedder = (model = "amazon.titan-embed-text-v2:0", options: object = {}) =>
  bedrockEmbedder({ identity: identity(model), clock, client: bedrock.client, ...options });
const call = (timeoutMs = 5_000) => ({
  signal: AbortSignal.timeout(timeoutMs),
  correlationId: "01J-1-metadata-0",
});
const ask = {
  "language model": () => languageModel().describe({ text, headings: ["Water"] }, call()),
  "embedding model": () => embedder().embed([text], call()),
};

async function failureOf(promise: Promise<unknown>): Promise<SluiceError> {
  return promise.then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error as SluiceError,
  );
}

const failures: readonly (readonly [string, Fault])[] = [
  [
    "ProviderThrottledError",
    {
      status: 429,
      type: "ThrottlingException",
      message: "Too many requests, please wait before trying again.",
    },
  ],
  [
    "ProviderThrottledError",
    {
      status: 400,
      type: "ServiceQuotaExceededException",
      message: "Your request exceeds the service quota for your account.",
    },
  ],
  [
    "ProviderUnavailableError",
    {
      status: 429,
      type: "ModelNotReadyException",
      message: "The model is not ready for inference.",
    },
  ],
  [
    "ProviderTimeoutError",
    { status: 408, type: "ModelTimeoutException", message: "The model took too long." },
  ],
  [
    "ProviderUnavailableError",
    {
      status: 503,
      type: "ServiceUnavailableException",
      message: "Bedrock is unable to process your request.",
    },
  ],
  [
    "ProviderUnavailableError",
    {
      status: 500,
      type: "InternalServerException",
      message: "The system encountered an unexpected error.",
    },
  ],
  [
    "ProviderUnavailableError",
    { status: 424, type: "ModelErrorException", message: "The model failed." },
  ],
  [
    "ProviderMisconfiguredError",
    {
      status: 403,
      type: "AccessDeniedException",
      message: "You don't have access to the model with the specified model ID.",
    },
  ],
  [
    "ProviderMisconfiguredError",
    {
      status: 403,
      type: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    },
  ],
  [
    "ProviderMisconfiguredError",
    {
      status: 404,
      type: "ResourceNotFoundException",
      message: "This model version has reached the end of its life.",
    },
  ],
  [
    "ProviderMisconfiguredError",
    {
      status: 400,
      type: "ValidationException",
      message: "The provided model identifier is invalid.",
    },
  ],
  [
    "ProviderMisconfiguredError",
    {
      status: 400,
      type: "ValidationException",
      message:
        "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.",
    },
  ],
  [
    "ProviderRejectedError",
    { status: 400, type: "ValidationException", message: `1 validation error detected: ${text}` },
  ],
];

describe.each(["language model", "embedding model"] as const)("Bedrock's %s", (role) => {
  test.each(failures)("ends in %s for %j, in the service's words", async (name, fault) => {
    bedrock.faults = [fault];
    const error = await failureOf(ask[role]());
    expect(error.name).toBe(name);
    expect(error.message).toContain(fault.message?.slice(0, 20));
    expect(error.message).not.toMatch(/Rotterdam|Vermeer/);
    expect(bedrock.asked).toHaveLength(1);
  });

  test("passes on how long the service asks to wait", async () => {
    const headers = { "retry-after": "90" };
    bedrock.faults = [
      { status: 429, type: "ThrottlingException", message: "Too many tokens", headers },
    ];
    expect(await failureOf(ask[role]())).toMatchObject({ retryAfterMs: 90_000 });
  });
});

describe("Bedrock's language model", () => {
  test("answers by a tool, from the model or the profile that is named", async () => {
    const { value, usage } = await ask["language model"]();
    expect(value.title).toContain("Sluices");
    expect(usage.promptTokens).toBeGreaterThan(0);
    expect(bedrock.asked).toMatchObject([
      {
        model: "eu.amazon.nova-lite-v1:0",
        operation: "converse",
        body: {
          inferenceConfig: { temperature: 0 },
          requestMetadata: { correlation: "01J-1-metadata-0" },
        },
      },
    ]);
  });

  const refusals: readonly (readonly [
    string,
    string,
    (body: Readonly<Record<string, unknown>>) => boolean,
  ])[] = [
    [
      "a tool that must be chosen",
      "This model doesn't support the toolConfig.toolChoice.tool field. Remove toolConfig.toolChoice.tool and try again.",
      (body) => JSON.stringify(body).includes("toolChoice"),
    ],
    ["tools", "This model doesn't support tool use.", (body) => "toolConfig" in body],
    [
      "system messages",
      "This model doesn't support the system message field.",
      (body) => "system" in body,
    ],
    [
      "a temperature",
      "`temperature` is deprecated for this model.",
      (body) => JSON.stringify(body).includes("temperature"),
    ],
  ];
  test.each(refusals)(
    "falls back for a model without %s, and remembers it",
    async (_, message, has) => {
      const model = languageModel();
      bedrock.faults = [{ status: 400, type: "ValidationException", message, times: 1 }];
      const first = await model.describe({ text, headings: [] }, call());
      expect(first.value.language).toBe("en");
      await model.describe({ text, headings: [] }, call());
      expect(bedrock.asked.map(({ body }) => has(body))).toEqual([true, false, false]);
    },
  );

  test("is asked once more with more tokens where its answer was cut off", async () => {
    const cut = {
      output: { message: { role: "assistant", content: [{ text: '{"title": "ha' }] } },
      stopReason: "max_tokens",
      usage: { inputTokens: 7, outputTokens: 5, totalTokens: 12 },
      metrics: { latencyMs: 1 },
    };
    bedrock.faults = [{ status: 200, body: cut, times: 1 }];
    const { usage } = await languageModel({ maxOutputTokens: 512 }).describe(
      { text, headings: [] },
      call(),
    );
    expect(usage.calls).toBe(2);
    const tokens = bedrock.asked.map(
      ({ body }) => (body["inferenceConfig"] as { maxTokens: number }).maxTokens,
    );
    expect(tokens[0]).toBe(512);
    expect(tokens[1]).toBeGreaterThan(4_000);
  });

  test("refuses what a guardrail stops", async () => {
    const stopped = {
      output: { message: { role: "assistant", content: [{ text: "Sorry." }] } },
      stopReason: "guardrail_intervened",
      usage: { inputTokens: 7, outputTokens: 5, totalTokens: 12 },
      metrics: { latencyMs: 1 },
    };
    bedrock.faults = [{ status: 200, body: stopped }];
    expect((await failureOf(ask["language model"]())).name).toBe("ProviderRejectedError");
  });

  test("gets fields of its own from the settings", async () => {
    const extraBody = { top_k: 5 };
    await languageModel({ extraBody }).describe({ text, headings: [] }, call());
    expect(bedrock.asked[0]?.body).toMatchObject({ additionalModelRequestFields: extraBody });
  });
});

describe("Bedrock's embedding models", () => {
  test("Titan is asked for one text a call, with the length of the settings", async () => {
    const { value, usage } = await embedder(undefined, { dimensions: 32 }).embed(
      [text, "Bread rises."],
      call(),
    );
    expect(value.map((vector) => vector.length)).toEqual([32, 32]);
    expect(usage).toMatchObject({ promptTokens: 18, calls: 2 });
    expect(bedrock.asked.map(({ body }) => body)).toEqual([
      { inputText: text, dimensions: 32 },
      { inputText: "Bread rises.", dimensions: 32 },
    ]);
  });

  test("Cohere is told passages from queries, and its tokens are read from the header", async () => {
    const one = embedder("cohere.embed-multilingual-v3");
    const passage = await one.embed([text, "Bread rises."], call());
    const query = await one.embed([text], { ...call(), purpose: "query" });
    expect(passage.usage.promptTokens).toBe(18);
    expect(query.value[0]).not.toEqual(passage.value[0]);
    expect(bedrock.asked.map(({ body }) => body["input_type"])).toEqual([
      "search_document",
      "search_query",
    ]);
  });

  test("a text that is too long for Cohere is embedded in windows, and never cut off", async () => {
    const long = `${text} `.repeat(200);
    const { value } = await embedder("cohere.embed-english-v3").embed(
      ["Bread rises.", long],
      call(),
    );
    expect(value).toHaveLength(2);
    const sent = bedrock.asked.map(({ body }) => (body["texts"] as string[]).join(""));
    // Once as it is, which is refused, then whole in windows.
    expect(sent.filter((texts) => texts === long).length).toBeGreaterThan(1);
  });
});
