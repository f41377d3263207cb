import { describe, expect, test } from "vitest";
import type { ApiKey } from "../../../../lambdas/models/api-key.ts";
import { openAIEmbedder } from "../../../../lambdas/models/openai/openai-embedder.ts";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";
import type { SluiceError } from "../../../../lambdas/platform/tasks/task-error.ts";
import { startFakeProvider } from "../../../support/fake-provider/fake-provider.ts";
import type { ScriptInput } from "../../../support/fake-provider/fake-provider-script.ts";
import { providerOfTests } from "../../../support/fake-provider/provider-of-tests.ts";

const clock = { now: () => Date.now() };
const text = "Sluices in Rotterdam were rebuilt by Anna Vermeer in 1932.";
const apiKey = "sk-not-a-real-key-4711";

const provider = await providerOfTests();

const unchanging: ApiKey = {
  current: () => Promise.resolve(apiKey),
  replaced: () => Promise.resolve(false),
};

/** A key that has been replaced since it was read. */
function outdated(): ApiKey {
  let known = "sk-of-yesterday";
  return {
    current: () => Promise.resolve(known),
    replaced: (refused) => {
      known = apiKey;
      return Promise.resolve(known !== refused);
    },
  };
}

const languageModel = () =>
  openAILanguageModel({
    identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
    apiKey: unchanging,
    clock,
  });
const embedder = (dimensions?: number) =>
  openAIEmbedder({
    identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
    apiKey: unchanging,
    clock,
    ...(dimensions === undefined ? {} : { dimensions }),
  });
const call = (timeoutMs = 5_000) => ({
  signal: AbortSignal.timeout(timeoutMs),
  correlationId: "01J-1",
});
const describeText = (timeoutMs?: number) =>
  languageModel().describe({ text, headings: ["Water"] }, call(timeoutMs));
const embedTexts = (timeoutMs?: number) => embedder().embed([text], call(timeoutMs));

async function failureOf(promise: Promise<unknown>): Promise<SluiceError> {
  return promise.then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error as SluiceError,
  );
}

const failures: readonly (readonly [string, string, ScriptInput["faults"]])[] = [
  ["429", "ProviderThrottledError", [{ kind: "rate-limit" }]],
  ["500", "ProviderUnavailableError", [{ kind: "server-error" }]],
  ["503", "ProviderUnavailableError", [{ kind: "server-error", status: 503 }]],
  ["408", "ProviderTimeoutError", [{ kind: "reject", status: 408 }]],
  ["409", "ProviderUnavailableError", [{ kind: "reject", status: 409 }]],
  ["a torn connection", "ProviderUnavailableError", [{ kind: "reset" }]],
  ["a body that is not JSON", "ProviderUnavailableError", [{ kind: "broken-body" }]],
  ["400", "ProviderRejectedError", [{ kind: "reject" }]],
  ["413", "ProviderRejectedError", [{ kind: "reject", status: 413 }]],
  ["422", "ProviderRejectedError", [{ kind: "reject", status: 422 }]],
  ["401", "ProviderMisconfiguredError", [{ kind: "unauthorized" }]],
  ["403", "ProviderMisconfiguredError", [{ kind: "reject", status: 403 }]],
  ["404", "ProviderMisconfiguredError", [{ kind: "reject", status: 404 }]],
];

/** The endpoint answers, so the breaker stays out of it; a job that gets no other answer fails. */
const unreadable: typeof failures = [
  ["half an answer", "AnswerUnusableError", [{ kind: "malformed" }]],
  ["an empty answer", "AnswerUnusableError", [{ kind: "empty" }]],
];

describe.each([
  ["language model", describeText],
  ["embedder", embedTexts],
] as const)("openai %s", (_, ask) => {
  test.each([...failures, ...unreadable])(
    "turns %s into %s, naming neither text nor key",
    async (_, name, faults) => {
      provider.script({ faults: faults ?? [] });
      const error = await failureOf(ask());
      expect(error.name).toBe(name);
      expect(`${error.message} ${error.stack}`).not.toMatch(/Sluices|Rotterdam|4711/);
      expect(provider.calls).toHaveLength(1);
    },
  );

  test("gives up when its signal says so, and the provider sees it go", async () => {
    provider.script({ faults: [{ kind: "hang" }] });
    expect((await failureOf(ask(50))).name).toBe("ProviderTimeoutError");
    await expect.poll(() => provider.calls.map((made) => made.outcome)).toEqual(["aborted"]);
  });

  test("says how long the provider asks to wait, as seconds or as a date", async () => {
    for (const retryAfterDate of [false, true]) {
      provider.script({ faults: [{ kind: "rate-limit", retryAfterSeconds: 7, retryAfterDate }] });
      const waitMs = (await failureOf(ask())) as { retryAfterMs?: number };
      expect(waitMs.retryAfterMs).toBeGreaterThanOrEqual(6_000);
      expect(waitMs.retryAfterMs).toBeLessThanOrEqual(8_000);
    }
  });

  test("says unreachable when nobody listens", async () => {
    const gone = await startFakeProvider();
    await gone.close();
    const identity = { provider: gone.baseUrl, model: "m", recipe: "r" };
    const asked =
      ask === describeText
        ? openAILanguageModel({ identity, clock }).describe({ text, headings: [] }, call())
        : openAIEmbedder({ identity, clock }).embed([text], call());
    expect((await failureOf(asked)).name).toBe("ProviderUnavailableError");
  });

  test("is called once more where the key that was refused has been replaced, and once only", async () => {
    const identity = { provider: provider.baseUrl, model: "m", recipe: "r" };
    const options = { identity, clock, apiKey: outdated() };
    const model = openAILanguageModel(options);
    const vectors = openAIEmbedder(options);
    const asked =
      ask === describeText
        ? () => model.describe({ text, headings: [] }, call())
        : () => vectors.embed([text], call());
    provider.script({ apiKey });
    await Promise.all([asked(), asked()]);
    await asked();
    expect(provider.calls.map((made) => made.outcome).toSorted()).toEqual([
      "ok",
      "ok",
      "ok",
      "unauthorized",
    ]);
    provider.reset();
    provider.script({ apiKey: "sk-of-tomorrow" });
    expect((await failureOf(asked())).name).toBe("ProviderMisconfiguredError");
    expect(provider.calls).toHaveLength(1);
  });

  test("sends the correlation id and reuses its connection", async () => {
    provider.script({ apiKey });
    for (let i = 0; i < 5; i++) await ask();
    expect(provider.calls.map((made) => made.correlationId)).toEqual(Array(5).fill("01J-1"));
    expect(provider.calls.every((made) => made.outcome === "ok")).toBe(true);
    expect(provider.connections).toBeLessThanOrEqual(1);
  });
});

describe("openai language model", () => {
  test("falls back step by step where structured output is not taken, and remembers it", async () => {
    provider.script({ refuseParameters: ["response_format", "temperature"] });
    const model = languageModel();
    const answers = [];
    for (let i = 0; i < 3; i++) {
      answers.push(await model.describe({ text, headings: [] }, call()));
    }
    expect(new Set(answers.map(({ value }) => value.title)).size).toBe(1);
    // Both forms of response_format at once: the complaint names neither.
    expect(provider.summary("chat").outcomes).toEqual({ "bad-parameter": 2, ok: 3 });
  });

  test("takes json_object where json_schema alone is refused", async () => {
    provider.script({ refuseParameters: ["response_format:json_schema"] });
    const { value } = await languageModel().describe({ text, headings: [] }, call());
    expect(value.language).toBe("en");
    expect(provider.summary("chat").outcomes).toEqual({ "bad-parameter": 1, ok: 1 });
  });

  test.each([
    ["in a Markdown fence", { before: "```json\n", after: "\n```" }],
    ["after thinking aloud", { before: "<think>{}? No:</think>\n", after: "\n" }],
  ])("reads an object %s", async (_, wrap) => {
    provider.script({ wrap });
    expect((await describeText()).value.language).toBe("en");
  });

  test("calls a refusal a refusal of this text", async () => {
    provider.script({ faults: [{ kind: "refusal" }] });
    expect((await failureOf(describeText())).name).toBe("ProviderRejectedError");
  });

  test("names the settings to repair when the key or the address is wrong", async () => {
    provider.script({ faults: [{ kind: "unauthorized" }] });
    expect((await failureOf(describeText())).message).toContain("SLUICE_LLM_API_KEY");
    provider.script({ faults: [{ kind: "reject", status: 404 }] });
    expect((await failureOf(describeText())).message).toContain("SLUICE_LLM_BASE_URL");
    provider.script({ faults: [{ kind: "unauthorized" }] });
    expect((await failureOf(embedTexts())).message).toContain("SLUICE_EMBEDDINGS_API_KEY");
  });

  test("answers custom fields that the caller's schema allows", async () => {
    const schema = {
      type: "object",
      properties: { topic: { type: "string" }, words: { type: "integer" } },
      required: ["topic"],
    };
    const { value } = await languageModel().describe({ text, headings: [], schema }, call());
    expect(value.custom).toEqual({ topic: "sluices", words: 10 });
  });
});

describe("openai embedder", () => {
  test("sends no Authorization header when there is no key", async () => {
    const identity = { provider: provider.baseUrl, model: "m", recipe: "r" };
    await openAIEmbedder({ identity, clock }).embed([text], call());
    await embedTexts();
    expect(provider.calls.map((made) => made.authorized)).toEqual([false, true]);
  });

  test("takes numbers where base64 is refused or ignored", async () => {
    const compact = await embedTexts();
    provider.script({ floatsOnly: true });
    const ignored = await embedTexts();
    provider.script({ refuseParameters: ["encoding_format:base64"] });
    const refused = await embedTexts();
    expect(ignored.value).toEqual(compact.value);
    expect(refused.value).toEqual(compact.value);
  });

  test("fails when vectors have not the length they must have", async () => {
    const error = await failureOf(embedder(65).embed([text], call()));
    expect(error.name).toBe("ProviderMisconfiguredError");
    expect(error.message).toContain("64 dimensions instead of 65");
  });

  test("fails when the length changes from one answer to the next", async () => {
    const one = embedder();
    await one.embed([text], call());
    provider.script({ dimensions: 32 });
    const error = await failureOf(one.embed([text], call()));
    expect(error.name).toBe("AnswerUnusableError");
    expect(error.message).toContain("more than one model answers there");
  });
});
