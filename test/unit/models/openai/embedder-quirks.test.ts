/** Embedding endpoints as they really are: what each does comes from public reports. */
import { describe, expect, test } from "vitest";
import { EmbeddingsRefusedError } from "../../../../lambdas/models/embeddings-refused.ts";
import { openAIEmbedder } from "../../../../lambdas/models/openai/openai-embedder.ts";
import type { ScriptInput } from "../../../support/fake-provider/fake-provider-script.ts";
import { providerOfTests } from "../../../support/fake-provider/provider-of-tests.ts";

const clock = { now: () => Date.now() };
const provider = await providerOfTests();

type Options = Partial<Parameters<typeof openAIEmbedder>[0]>;
const embedder = (options: Options = {}) =>
  openAIEmbedder({
    identity: { provider: provider.baseUrl, model: "m", recipe: "r" },
    clock,
    ...options,
  });
const call = (purpose?: "query") => ({
  signal: AbortSignal.timeout(5_000),
  correlationId: "01J-1-embeddings-0",
  ...(purpose === undefined ? {} : { purpose }),
});
const texts = Array.from({ length: 16 }, (_, i) => `Keeper ${i} opened sluice ${i * i} at dawn.`);

async function plainVectors() {
  provider.script({});
  const { value } = await embedder().embed(texts, call());
  provider.reset();
  return value;
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.fail("it should have failed"),
    (error: unknown) => error as Error,
  );
}

describe("an endpoint that works otherwise", () => {
  const differences: readonly (readonly [string, ScriptInput, number])[] = [
    [
      "refuses base64 by an odd body",
      {
        refuseParameters: ["encoding_format"],
        quirks: {
          parameterRefusal: {
            status: 422,
            body: { detail: [{ loc: ["body", "{it}"], msg: "extra" }] },
          },
        },
      },
      2,
    ],
    [
      "refuses base64 without a word",
      { refuseParameters: ["encoding_format"], quirks: { parameterRefusal: { body: "" } } },
      // The number of texts is suspected first, and cleared.
      4,
    ],
    ["answers no index", { quirks: { index: "absent" } }, 1],
    ["answers null as index", { quirks: { index: "null" } }, 1],
    ["answers 0 as every index", { quirks: { index: "zero" } }, 1],
    ["answers the index as a text", { quirks: { index: "text" } }, 1],
    ["numbers from one", { quirks: { index: "from-one" } }, 1],
    ["answers a row for each vector", { quirks: { vector: "row" } }, 1],
    ["answers vectors as texts", { quirks: { vector: "text" } }, 1],
    ["answers an output, out of order", { quirks: { form: "output" } }, 1],
    ["answers 64-bit floats as base64", { quirks: { vector: "float64" } }, 2],
    ["answers base64 in the other order of bytes", { quirks: { vector: "big-endian" } }, 2],
    ["moves the call to another spelling", { quirks: { moves: 307 } }, 2],
    ["answers as Ollama does", { quirks: { form: "ollama" } }, 1],
    ["answers as Cohere does", { quirks: { form: "cohere" } }, 1],
    ["answers a bare list", { quirks: { form: "bare" } }, 1],
  ];
  test.each(differences)("and %s is understood", async (_, script, calls) => {
    const expected = await plainVectors();
    provider.script(script);
    const one = embedder();
    const { value, usage } = await one.embed(texts, call());
    expect(value).toEqual(expected);
    expect(usage.promptTokens).toBeGreaterThan(0);
    expect(provider.calls).toHaveLength(calls);
    await one.embed(texts, call());
    expect(provider.calls).toHaveLength(calls + 1);
  });

  const vectors = (embedding: unknown) => ({ data: texts.map(() => ({ embedding })) });
  const half = [Math.SQRT1_2, Math.SQRT1_2].map(Math.fround);
  test.each([
    ["numbers as texts", vectors(["0.5", "5e-1"])],
    ["vectors of another length than 1", vectors([8, 8])],
    ["one event of a stream", `data: ${JSON.stringify(vectors([1, 1]))}\n\n`],
  ])("and answers %s is understood", async (_, body) => {
    provider.script({ faults: [{ kind: "answer", body }] });
    const { value } = await embedder().embed(texts, call());
    for (const vector of value) expect([...vector]).toEqual(half);
    expect(provider.calls).toHaveLength(1);
  });

  test.each([
    ["Python's NaN", '{"data": [{"embedding": [NaN, 0.5]}]}'],
    ["NaN as a text", { data: [{ embedding: ["NaN", 0.5] }] }],
    ["a vector of zeros", { data: [{ embedding: [0, 0] }] }],
    ["an empty vector", { data: [{ embedding: [] }] }],
  ])("and answers %s has its text refused at once", async (_, body) => {
    provider.script({ faults: [{ kind: "answer", body }] });
    const error = await failureOf(embedder().embed(texts.slice(0, 1), call()));
    expect(error).toBeInstanceOf(EmbeddingsRefusedError);
    expect(provider.calls).toHaveLength(1);
  });

  test.each(["/embeddings", "/chat/completions/", "/"])(
    "is reached by an address that ends with %s as well",
    async (path) => {
      const identity = { provider: `${provider.baseUrl}${path}`, model: "m", recipe: "r" };
      expect((await embedder({ identity }).embed(texts, call())).value).toHaveLength(texts.length);
    },
  );

  test("and redirects is named with the address it names", async () => {
    const headers = { location: "https://eu.example.com/v1/embeddings" };
    provider.script({ faults: [{ kind: "answer", status: 308, headers, body: "" }] });
    const error = await failureOf(embedder().embed(texts, call()));
    expect(error.name).toBe("ProviderMisconfiguredError");
    expect(error.message).toContain("redirects to https://eu.example.com/v1/embeddings");
  });

  test("and counts no tokens has them estimated", async () => {
    provider.script({ quirks: { usage: false } });
    const { usage } = await embedder().embed(texts, call());
    expect(usage.promptTokens).toBeGreaterThan(100);
  });
});

describe("an endpoint that takes few texts in a call", () => {
  const bodies: readonly (readonly [string, number, number, unknown, number])[] = [
    [
      "ten, and says so",
      10,
      400,
      {
        error: {
          message: "batch size is invalid, it should not be larger than 10.: input.contents",
        },
      },
      3,
    ],
    [
      "one, and says so",
      1,
      422,
      { error: "batch size {it} > maximum allowed batch size 1", error_type: "Validation" },
      17,
    ],
    ["ten, and says nothing", 10, 400, { detail: "Bad Request" }, 6],
    ["four, by 413", 4, 413, "Payload Too Large", 8],
    ["one, and says nothing", 1, 400, "", 18],
  ];
  test.each(bodies)("%s", async (_, count, status, body, most) => {
    const expected = await plainVectors();
    provider.script({ quirks: { mostInputs: { count, refusal: { status, body } } } });
    const one = embedder();
    expect((await one.embed(texts, call())).value).toEqual(expected);
    expect(provider.calls.length).toBeLessThanOrEqual(most);
    expect(provider.summary("embeddings").outcomes["reject"]).toBeLessThanOrEqual(2);
    provider.reset();
    // Remembered: no call is refused any more.
    expect((await one.embed(texts, call())).value).toEqual(expected);
    expect(provider.summary("embeddings").outcomes).toEqual({ ok: provider.calls.length });
  });
});

describe("a text that is too long for the model", () => {
  const long = "The sluices of the canal hold back the river, and the keeper opens them. ".repeat(
    60,
  );
  const bodies: readonly (readonly [string, number, unknown])[] = [
    [
      "413",
      413,
      {
        error: "Input validation error: `inputs` must have less than 512 tokens. Given: 800",
        error_type: "Validation",
      },
    ],
    ["400", 400, { error: "the input length exceeds the context length" }],
    ["400 without a reason", 400, { detail: "Bad Request" }],
    ["500", 500, { error: { message: "maximum context length is 700 tokens, {it}" } }],
  ];
  test.each(bodies)(
    "is embedded as the mean of its windows where that is said by %s",
    async (_, status, body) => {
      provider.script({ quirks: { mostInputTokens: { count: 700, refusal: { status, body } } } });
      const one = embedder();
      const { value } = await one.embed(
        [...texts.slice(0, 7), long, ...texts.slice(7, 15)],
        call(),
      );
      expect(value).toHaveLength(16);
      expect(value.toSpliced(7, 1)).toEqual((await plainVectors()).slice(0, 15));
      expect(Math.hypot(...(value[7] ?? []))).toBeCloseTo(1, 5);
      // It lies where its windows do.
      const [window] = (await embedder().embed([long.slice(0, 1_460)], call())).value;
      const [at = [], there = []] = [window, value[7]].map((vector) => [...(vector ?? [])]);
      const cosine = at.reduce((sum, x, i) => sum + x * (there[i] ?? 0), 0);
      expect(cosine).toBeGreaterThan(0.95);
    },
  );

  test("among others of many lengths costs few calls, and those that fit stay whole", async () => {
    const sized = Array.from({ length: 16 }, (_, i) =>
      `Keeper ${i} noted the depth of the northern channel. `.repeat(1 + ((i * 7) % 16)),
    );
    const expected = (await embedder().embed(sized, call())).value;
    const refusal = { status: 413, body: "Payload Too Large" };
    provider.script({ quirks: { mostInputTokens: { count: 60, refusal } } });
    provider.reset();
    const { value } = await embedder().embed(sized, call());
    const { calls, outcomes } = provider.summary("embeddings");
    expect(value).toHaveLength(sized.length);
    expect(calls).toBeLessThanOrEqual(14);
    expect(outcomes["reject"]).toBeLessThanOrEqual(5);
    // By the provider's count the shortest three fit.
    const short = sized.flatMap((text, i) => (text.length < 160 ? [i] : []));
    expect(short.map((i) => value[i])).toEqual(short.map((i) => expected[i]));
    for (const vector of value) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });

  test("costs no refusal more once the length is known", async () => {
    const refusal = { status: 413, body: { error: "must have less than 512 tokens" } };
    provider.script({ quirks: { mostInputTokens: { count: 700, refusal } } });
    const one = embedder();
    await one.embed([long], call());
    provider.reset();
    await one.embed([`${long} And so on.`, "A short one."], call());
    expect(provider.summary("embeddings").outcomes).toEqual({ ok: 2 });
  });
});

describe("a text over which the server fails", () => {
  const nan = { error: { message: "failed to encode response: json: unsupported value: NaN" } };
  test.each([
    ["by 500", { kind: "answer" as const, status: 500, body: nan, whenText: "Keeper 11 " }],
    [
      "by 500 without a word",
      { kind: "answer" as const, status: 500, body: "", whenText: "Keeper 11 " },
    ],
  ])("is found, named and costs no other its vector, %s", async (_, fault) => {
    const expected = await plainVectors();
    provider.script({ faults: [fault] });
    const error = await failureOf(embedder().embed(texts, call()));
    expect(error).toBeInstanceOf(EmbeddingsRefusedError);
    const { refused, vectors, message } = error as EmbeddingsRefusedError;
    expect(refused).toEqual([11]);
    expect(message).toContain("text 12 of 16");
    expect(vectors.toSpliced(11, 1)).toEqual(expected.toSpliced(11, 1));
    expect(provider.calls.length).toBeLessThanOrEqual(12);
  });

  test("alone in its call, with null in its vector, is refused at once", async () => {
    provider.script({
      faults: [{ kind: "answer", body: { data: [{ embedding: [null, 1] }] } }],
    });
    const error = await failureOf(embedder().embed(texts.slice(11, 12), call()));
    expect(error.name).toBe("ProviderRejectedError");
    expect(provider.calls).toHaveLength(1);
  });

  test("is not looked for when the server fails over all of them", async () => {
    provider.script({ faults: [{ kind: "server-error" }] });
    const one = embedder();
    for (let i = 0; i < 5; i++) {
      expect((await failureOf(one.embed(texts, call()))).name).toBe("ProviderUnavailableError");
    }
    expect(provider.calls.length).toBeLessThanOrEqual(7);
  });

  test("is not looked for when the server is away", async () => {
    provider.script({ faults: [{ kind: "server-error", status: 503 }] });
    await failureOf(embedder().embed(texts, call()));
    expect(provider.calls).toHaveLength(1);
  });

  test("alone in its call is at fault once others were answered between its failures", async () => {
    provider.script({ faults: [{ kind: "answer", status: 500, body: "", whenText: "Keeper 3 " }] });
    const one = embedder();
    const names: string[] = [];
    for (let i = 0; i < 3; i++) {
      names.push((await failureOf(one.embed(texts.slice(3, 4), call()))).name);
      await one.embed(texts.slice(0, 2), call());
    }
    expect(names).toEqual([
      "ProviderUnavailableError",
      "ProviderUnavailableError",
      "ProviderRejectedError",
    ]);
  });
});

describe("a text that is refused", () => {
  test("is named, in the endpoint's words, and costs no other its vector", async () => {
    const expected = await plainVectors();
    const body = { detail: "unsafe: {text}" };
    provider.script({ faults: [{ kind: "answer", status: 400, body, whenText: "Keeper 5 " }] });
    const one = embedder();
    const error = (await failureOf(one.embed(texts, call()))) as EmbeddingsRefusedError;
    expect(error.name).toBe("ProviderRejectedError");
    expect(error.refused).toEqual([5]);
    expect(error.message).toContain("unsafe");
    expect(error.message).not.toContain("Keeper 5 opened");
    expect(error.vectors.toSpliced(5, 1)).toEqual(expected.toSpliced(5, 1));
    expect(error.usage?.calls).toBe(provider.calls.length);
    expect(error.usage?.promptTokens).toBe(provider.summary("embeddings").promptTokens);
    // The number of texts was not at fault.
    provider.reset();
    await one.embed(texts.slice(6), call());
    expect(provider.calls).toHaveLength(1);
  });
});

describe("settings", () => {
  test("say what a text is for, by a field or before it", async () => {
    provider.script({ quirks: { embedsField: "input_type" } });
    const typed = embedder({
      inputType: { field: "input_type", values: { passage: "passage", query: "query" } },
    });
    const prefixed = embedder({ prefixes: { passage: "passage: ", query: "query: " } });
    for (const one of [typed, prefixed]) {
      const passage = (await one.embed(["the dawn"], call())).value;
      const query = (await one.embed(["the dawn"], call("query"))).value;
      expect(passage).not.toEqual(query);
    }
    const bare = (await embedder().embed(["the dawn"], call())).value;
    expect((await embedder().embed(["the dawn"], call("query"))).value).toEqual(bare);
  });

  test("go with each request", async () => {
    const fields = { dimensions: 64, truncate: "NONE" };
    provider.script({ quirks: { required: { fields, refusal: { body: { detail: "{it}" } } } } });
    const one = embedder({ dimensions: 64, extraBody: { truncate: "NONE" } });
    expect((await one.embed(texts, call())).value).toHaveLength(16);
  });

  test("that name another length than the model has fail the job at once, by name", async () => {
    const error = await failureOf(embedder({ dimensions: 65 }).embed(texts, call()));
    expect(error.name).toBe("ProviderMisconfiguredError");
    expect(error.message).toContain("SLUICE_EMBEDDINGS_DIMENSIONS");
  });
});
