/** Chat endpoints as they really are: what each does comes from public reports. */
import { describe, expect, test } from "vitest";
import { metadataShape } from "../../../../lambdas/contract/metadata.ts";
import {
  answer,
  chatOfTests,
  failureOf,
  texts,
} from "../../../support/fake-provider/chat-of-tests.ts";
import type { ScriptInput } from "../../../support/fake-provider/fake-provider-script.ts";

const { provider, languageModel, ask, askAll } = await chatOfTests();

describe("an endpoint that does not know a parameter", () => {
  const complaints: readonly (readonly [string, number, unknown])[] = [
    ["OpenAI's form", 400, { error: { message: "Unknown parameter: '{it}'.", param: "{it}" } }],
    ["an empty param", 400, { error: { message: "{it} is not supported", param: "", code: null } }],
    ["detail", 400, { detail: "Invalid: {it} is not supported" }],
    [
      "a list of details",
      422,
      {
        detail: [
          {
            loc: ["body", "{it}"],
            msg: "Extra inputs are not permitted",
            type: "extra_forbidden",
            input: "x",
          },
        ],
      },
    ],
    [
      "a message at the top",
      400,
      { object: "error", message: "[{'loc': ('body', '{it}')}]", code: 40001 },
    ],
    ["a text as error", 404, { error: "unsupported field {it}" }],
    [
      "a list of errors",
      400,
      [{ error: { code: 400, message: 'Unknown name "{it}"', status: "INVALID_ARGUMENT" } }],
    ],
    [
      "a body within a message",
      400,
      { error: { message: 'upstream: {"error":{"message":"{it} unsupported"}}' } },
    ],
    ["a server's fault", 500, { error: { message: "{it}: not implemented" } }],
    ["plain text", 422, "unknown field `{it}`"],
    ["HTML", 400, "<html><body><h1>Bad Request</h1><p>{it} not allowed</p></body></html>"],
    ["no name of it", 400, { message: "Extra inputs are not permitted: unknown field" }],
    ["no body", 400, ""],
  ];
  test.each(complaints)(
    "is asked without it once, also where it says so by %s",
    async (_, status, body) => {
      provider.script({
        refuseParameters: ["response_format"],
        quirks: { parameterRefusal: { status, body } },
      });
      expect(await askAll()).toEqual(texts.map(() => "ok"));
      const { calls, ok } = provider.summary("chat");
      expect(ok).toBe(texts.length);
      expect(calls).toBeLessThanOrEqual(texts.length + 2);
    },
  );

  test("is still asked for JSON where it takes that form", async () => {
    provider.script({
      refuseParameters: ["response_format:json_schema"],
      quirks: {
        parameterRefusal: {
          body: { detail: "response_format.type must be one of 'text', 'json_object'" },
        },
      },
    });
    const model = languageModel();
    await ask(texts[0], model);
    provider.script({ refuseParameters: ["response_format:json_object"] });
    await ask(texts[1], model);
    // The second script is met by a request that has the form.
    expect(provider.calls.map(({ outcome }) => outcome)).toEqual([
      "bad-parameter",
      "ok",
      "bad-parameter",
      "ok",
    ]);
  });

  test("is told the bound on its answer by the name that it knows", async () => {
    provider.script({
      refuseParameters: ["max_tokens"],
      quirks: {
        parameterRefusal: {
          body: {
            error: {
              message:
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
              param: "max_tokens",
            },
          },
        },
      },
    });
    const model = languageModel({ maxOutputTokens: 900 });
    await ask(texts[0], model);
    await ask(texts[1], model);
    expect(provider.summary("chat").outcomes).toEqual({ "bad-parameter": 1, ok: 2 });
  });

  test("keeps what it takes when one text is refused later", async () => {
    const model = languageModel();
    await ask(texts[0], model);
    provider.script(answer(400, { detail: "response_format: {text}" }));
    await failureOf(ask(texts[1], model));
    expect(provider.calls.length).toBeGreaterThan(1);
  });
});

const object = '{"title": "Keeper number 0", "summary": "He opens the sluices."}';
const completion = (message: Record<string, unknown>) => JSON.stringify({ choices: [{ message }] });

describe("an answer that is not quite what was asked for", () => {
  const wraps: readonly (readonly [string, ScriptInput])[] = [
    [
      "behind reasoning that has an end only",
      { wrap: { before: "It is {about} water.\n</think>\n\n", after: "" } },
    ],
    [
      "behind reasoning with objects in it",
      { wrap: { before: '<think>{"title": "no", "summary": "no"}</think>', after: "" } },
    ],
    ["as a list of parts", { quirks: { content: "parts" } }],
    ["as an object", { quirks: { content: "object" } }],
    ["as the arguments of a tool", { quirks: { content: "tool" } }],
    ["within the reasoning alone", { quirks: { content: "reasoning" } }],
    [
      "in a fence with prose around it",
      {
        wrap: { before: "Sure! Here {it} is:\n```json\n", after: "\n```\nIs there anything else?" },
      },
    ],
    ["after a first try", { wrap: { before: '{"title": "no"} Wait, better:\n', after: "" } }],
    ["in another object", { wrap: { before: '{"metadata": ', after: "}" } }],
    [
      "after the schema",
      { wrap: { before: '{"properties": {"title": {"type": "string"}}}\n', after: "" } },
    ],
    [
      "from events of a stream that was not asked for",
      answer(
        200,
        `: waiting\n\n${['{"title": "Keeper number 0", ', '"summary": "He opens."}']
          .map((content) => JSON.stringify({ choices: [{ delta: { content } }] }))
          .map((event) => `data: ${event}\n\n`)
          .join("")}data: [DONE]\n\n`,
      ),
    ],
    [
      "from one event that holds the whole answer",
      answer(200, `data: ${JSON.stringify({ choices: [{ message: { content: object } }] })}\n\n`),
    ],
    ["behind a byte order mark", answer(200, `\uFEFF${completion({ content: object })}`)],
    ["written as JSON twice over", answer(200, completion({ content: JSON.stringify(object) }))],
    [
      "as the arguments of a function",
      answer(200, completion({ content: null, function_call: { arguments: object } })),
    ],
    [
      "with comments, a comma too many and Python's words",
      answer(
        200,
        completion({
          content: `{"title": "Keeper number 0", // of Rotterdam\n "summary": "See https://x.nl", "entities": None, /* none */ }`,
        }),
      ),
    ],
    ["with a comma too many", { wrap: { before: '{"x": [1, 2,],}\n', after: "" } }],
  ];
  test.each(wraps)("is read %s", async (_, script) => {
    provider.script(script);
    const { value } = await ask();
    expect(metadataShape.parse(value)).toEqual(value);
    expect(value.title).toMatch(/^Keeper number 0/);
    expect(provider.calls).toHaveLength(1);
  });

  const repairs: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] =
    [
      ["no title", { title: null }, { title: "Water" }],
      ["a number as title", { title: 1932 }, { title: "1932" }],
      [
        "keywords in one text",
        { keywords: "sluice, dawn; dusk" },
        { keywords: ["sluice", "dawn", "dusk"] },
      ],
      [
        "keywords as objects",
        { keywords: [{ keyword: "sluice" }, { text: "dawn" }] },
        { keywords: ["sluice", "dawn"] },
      ],
      ["no keywords", { keywords: null }, { keywords: [] }],
      [
        "entities as texts",
        { entities: ["Rotterdam"] },
        { entities: [{ text: "Rotterdam", type: "other" }] },
      ],
      [
        "entities by type",
        { entities: { persons: ["Anna"], locations: ["Rotterdam"] } },
        {
          entities: [
            { text: "Anna", type: "person" },
            { text: "Rotterdam", type: "place" },
          ],
        },
      ],
      [
        "entities of other names",
        {
          entities: [
            { name: "Rotterdam", label: "GPE" },
            { entity: "RWS", category: "ORG" },
          ],
        },
        {
          entities: [
            { text: "Rotterdam", type: "place" },
            { text: "RWS", type: "organisation" },
          ],
        },
      ],
      ["no entities", { entities: null }, { entities: [] }],
      ["a language by its name", { language: "English" }, { language: "en" }],
      ["a language by its own name", { language: "Deutsch" }, { language: "de" }],
      [
        "a language by its name in another language",
        { language: "Niederländisch" },
        { language: "nl" },
      ],
      ["a language with a region", { language: "pt-BR" }, { language: "pt" }],
      ["a language of three letters", { language: "nld" }, { language: "nl" }],
      ["no language", { language: null }, { language: "und" }],
      ["a summary in sentences", { summary: ["One.", "Two."] }, { summary: "One. Two." }],
    ];
  test.each(repairs)("is repaired where it has %s", async (_, metadata, expected) => {
    provider.script({ quirks: { metadata } });
    const { value } = await ask();
    expect(metadataShape.parse(value)).toEqual(value);
    expect(value).toMatchObject(expected);
    expect(provider.calls).toHaveLength(1);
  });

  test("has estimated tokens where the endpoint counts none", async () => {
    provider.script({ quirks: { usage: false } });
    const { usage } = await ask();
    expect(usage.promptTokens).toBeGreaterThan(10);
    expect(usage.completionTokens).toBeGreaterThan(10);
  });
});

describe("an answer that cannot be read", () => {
  const answers: readonly (readonly [string, ScriptInput])[] = [
    ["is no JSON", answer(200, completion({ content: "I would rather talk about the weather." }))],
    ["has no choices", answer(200, { choices: [] })],
    ["is nothing", answer(200, completion({ content: "" }))],
    ["holds empty fields", answer(200, completion({ content: '{"keywords": []}' }))],
  ];
  test.each(answers)("%s: the fifth shows that none will come", async (_, script) => {
    provider.script(script);
    const outcomes = await askAll();
    const names = outcomes.map((outcome) => (outcome === "ok" ? "ok" : outcome.name));
    expect(names.slice(0, 4)).toEqual(Array(4).fill("AnswerUnusableError"));
    expect(names[4]).toBe("ProviderMisconfiguredError");
  });

  test("costs its text alone once another was read, up to twenty in a row", async () => {
    const model = languageModel();
    await ask(texts[0], model);
    provider.script(answer(200, { choices: [] }));
    const names = (await askAll(model)).map((outcome) => (outcome === "ok" ? "ok" : outcome.name));
    expect(new Set(names.slice(0, 19))).toEqual(new Set(["AnswerUnusableError"]));
    expect(names[19]).toBe("ProviderMisconfiguredError");
  });
});

describe("a model that thinks for longer than its answer may be", () => {
  test("is asked once more with more tokens, and the next texts begin with those", async () => {
    provider.script({ quirks: { thinksForTokens: 4_000 } });
    const model = languageModel();
    const { usage } = await ask(texts[0], model);
    await ask(texts[1], model);
    expect(usage.calls).toBe(2);
    expect(provider.summary("chat").outcomes).toEqual({ truncated: 1, ok: 2 });
  });

  test("calls side by side learn it from the one that began first", async () => {
    provider.script({ quirks: { thinksForTokens: 4_000 } });
    const model = languageModel();
    await Promise.all(texts.slice(0, 6).map((text) => ask(text, model)));
    expect(provider.summary("chat").outcomes).toEqual({ truncated: 1, ok: 6 });
  });

  test("calls side by side are each asked once more where an earlier text needed no more tokens", async () => {
    provider.script({});
    const model = languageModel();
    await ask(texts[6], model);
    provider.script({ quirks: { thinksForTokens: 4_000 } });
    const answers = await Promise.all(texts.slice(0, 6).map((text) => ask(text, model)));
    expect(answers.map(({ usage }) => usage.calls)).toEqual(Array.from({ length: 6 }, () => 2));
  });

  test.each([
    ["never ends", { thinksForTokens: 1_000_000 }],
    ["may have no more tokens", { thinksForTokens: 4_000, mostOutputTokens: 1_000 }],
  ])("costs its text alone when it %s", async (_, quirks) => {
    provider.script({ quirks: { ...quirks, thinksAbout: "number 3 " } });
    const outcomes = await askAll();
    const failed = outcomes.filter((outcome) => outcome !== "ok");
    expect(failed.map(({ name }) => name)).toEqual(["ProviderRejectedError"]);
    expect(failed[0]?.message).toContain("was cut off");
    expect(provider.calls).toHaveLength(texts.length + 1);
  });
});

test("fields and headers of the settings go with each request", async () => {
  provider.script({
    quirks: {
      required: { fields: { top_k: 3, temperature: 0.5 }, refusal: { body: { detail: "{it}" } } },
    },
    apiKey: "sk-4711",
  });
  const model = languageModel({
    extraBody: { top_k: 3, temperature: 0.5 },
    extraHeaders: { authorization: "Bearer {API_KEY}" },
    apiKey: { current: async () => "sk-4711", replaced: async () => false },
  });
  expect((await ask(texts[0], model)).value.language).toBe("en");
});
