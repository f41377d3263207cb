/** What stands between Sluice and a model: names, certificates, firewalls and limits. */
import { describe, expect, test } from "vitest";
import { translate } from "../../../../lambdas/models/endpoint/translate.ts";
import { openAIEmbedder } from "../../../../lambdas/models/openai/openai-embedder.ts";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";
import type { SluiceError } from "../../../../lambdas/platform/tasks/task-error.ts";
import { providerOfTests } from "../../../support/fake-provider/provider-of-tests.ts";

const clock = { now: () => Date.now() };
const provider = await providerOfTests();

const texts = Array.from({ length: 6 }, (_, i) => `Keeper ${i} opened the sluices at dawn.`);
const call = () => ({ signal: AbortSignal.timeout(5_000), correlationId: "01J-1-metadata-0" });
const languageModel = (url = provider.baseUrl) =>
  openAILanguageModel({ identity: { provider: url, model: "m", recipe: "r" }, clock });
const embedder = (dimensions?: number) =>
  openAIEmbedder({
    identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
    clock,
    dimensions,
  });

type Failure = SluiceError & { readonly retryAfterMs?: number };
const failureOf = (promise: Promise<unknown>): Promise<Failure> =>
  promise.then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error as Failure,
  );
const ask = (text = texts[0] ?? "", model = languageModel()) =>
  model.describe({ text, headings: [] }, call());

describe("an endpoint that cannot be reached", () => {
  const endpoint = { what: "The endpoint", access: "A", address: "Set BASE_URL", slow: "S" };
  const asked = { signal: call().signal, nowMs: 0, texts: [], provider: "https://x.example/v1" };
  const failed = (code: string) =>
    new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) });

  test.each([
    "ENOTFOUND",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "CERT_HAS_EXPIRED",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "EPROTO",
  ])("for %s will not be reached later", (code) => {
    const error = translate(failed(code), endpoint, asked);
    expect(error.name).toBe("ProviderMisconfiguredError");
    expect(error.message).toContain(`(${code}). Set BASE_URL`);
  });

  test.each(["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "UND_ERR_SOCKET"])(
    "for %s may be reached later",
    (code) => {
      const error = translate(failed(code), endpoint, asked);
      expect(error.name).toBe("ProviderUnavailableError");
      expect(error.message).toContain(code);
    },
  );

  test("because it does not speak TLS is one of another address", async () => {
    const secure = languageModel(provider.baseUrl.replace("http:", "https:"));
    const error = await failureOf(ask(texts[0], secure));
    expect(error.name).toBe("ProviderMisconfiguredError");
    expect(error.message).toContain("SLUICE_LLM_BASE_URL");
  });
});

describe("a firewall's page", () => {
  const page = {
    kind: "answer" as const,
    status: 403,
    body: "<html><head><title>403 Forbidden</title></head></html>",
    headers: { "content-type": "text/html" },
  };

  test("over one text is a refusal of that text", async () => {
    provider.script({ faults: [{ ...page, whenText: "Keeper 3 " }] });
    const model = languageModel();
    await ask(texts[0], model);
    expect((await failureOf(ask(texts[3], model))).name).toBe("ProviderRejectedError");
    const error = await failureOf(embedder().embed(texts, call()));
    expect(error.name).toBe("ProviderRejectedError");
    expect(error.message).toContain("text 4 of 6");
  });

  test("over every text is a wrong address or key", async () => {
    provider.script({ faults: [page] });
    const model = languageModel();
    await failureOf(ask(texts[0], model));
    await failureOf(ask(texts[1], model));
    expect((await failureOf(ask(texts[2], model))).name).toBe("ProviderMisconfiguredError");
    const error = await failureOf(embedder().embed(texts, call()));
    expect(error.name).toBe("ProviderMisconfiguredError");
  });
});

describe("a limit", () => {
  const answer = (message: string, rest = {}) => ({
    faults: [{ kind: "answer" as const, status: 429, body: { error: { message, ...rest } } }],
  });

  test("that one text alone exceeds is not waited for", async () => {
    provider.script(answer("Request too large for m: Limit 400, Requested 1000."));
    expect((await failureOf(ask())).name).toBe("ProviderRejectedError");
  });

  test("of a day is looked at again in an hour", async () => {
    provider.script(answer("You have used up your daily free allocation."));
    const error = await failureOf(ask());
    expect(error.name).toBe("ProviderThrottledError");
    expect(error.retryAfterMs).toBe(3_600_000);
  });

  test.each([
    ["headers within the body", { metadata: { headers: { "X-RateLimit-Reset": "90s" } } }],
    ["an estimate", { estimated_time: 90 }],
  ])("is waited for as long as %s says", async (_, rest) => {
    provider.script(answer("busy", rest));
    expect((await failureOf(ask())).retryAfterMs).toBe(90_000);
  });
});

test("a model of one length that may not be asked for it is asked without", async () => {
  provider.script({
    refuseParameters: ["dimensions"],
    quirks: {
      parameterRefusal: {
        body: { message: "Model m does not support matryoshka representation.", code: 400 },
      },
    },
  });
  const one = embedder(64);
  await one.embed(texts, call());
  await one.embed(texts, call());
  expect(provider.summary("embeddings").outcomes).toEqual({ "bad-parameter": 1, ok: 2 });
  expect((await failureOf(embedder(32).embed(texts, call()))).message).toContain("64 dimensions");
});
