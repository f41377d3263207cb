import { describe, expect, test } from "vitest";
import { vectorSpace } from "../../../lambdas/models/provider.ts";
import { embeddingsIdentity, llmIdentity, modelRights } from "../../../lambdas/models/providers.ts";
import { parseSettings } from "../../../lambdas/platform/settings.ts";
import { answerKey } from "../../../lambdas/records/answers/answer-key.ts";

const openai = { SLUICE_METADATA_PROVIDER: "openai", SLUICE_EMBEDDINGS_PROVIDER: "openai" };
const identity = (environment: Record<string, string> = {}) =>
  embeddingsIdentity(parseSettings({ ...openai, ...environment }));
const key = (environment: Record<string, string> = {}) =>
  answerKey("tenant", "embeddings", identity(environment), "", "text");

describe("the identity of an embedding model", () => {
  test("is the model's name alone where nothing else is set, as it always was", () => {
    expect(vectorSpace(identity())).toBe("text-embedding-3-small");
    expect(key()).toBe(
      answerKey(
        "tenant",
        "embeddings",
        {
          provider: "https://api.openai.com/v1",
          model: "text-embedding-3-small",
          recipe: "unit-1",
        },
        "",
        "text",
      ),
    );
  });

  test.each([
    ["EMBEDDINGS_DIMENSIONS", "512"],
    ["EMBEDDINGS_PASSAGE_INPUT_TYPE", "passage"],
    ["EMBEDDINGS_QUERY_INPUT_TYPE", "query"],
    ["EMBEDDINGS_PASSAGE_PREFIX", "passage: "],
    ["EMBEDDINGS_QUERY_PREFIX", "query: "],
    ["EMBEDDINGS_EXTRA_BODY", '{"task": "retrieval"}'],
  ])("changes with SLUICE_%s, for the collection and for the cache", (name, value) => {
    const set = { [`SLUICE_${name}`]: value };
    expect(vectorSpace(identity(set))).not.toBe(vectorSpace(identity()));
    expect(key(set)).not.toBe(key());
  });

  test("does not change with the order of fields, or with headers", () => {
    const one = identity({ SLUICE_EMBEDDINGS_EXTRA_BODY: '{"a": 1, "b": 2}' });
    expect(identity({ SLUICE_EMBEDDINGS_EXTRA_BODY: '{ "b": 2, "a": 1 }' })).toEqual(one);
    expect(identity({ SLUICE_EMBEDDINGS_EXTRA_HEADERS: '{"x-a": "1"}' })).toEqual(identity());
  });
});

test("a language model's answers are its own by endpoint, model and extra fields", () => {
  const llm = (environment: Record<string, string>) =>
    llmIdentity(parseSettings({ ...openai, ...environment }));
  const identities = [
    llm({}),
    llm({ SLUICE_LLM_MODEL: "m" }),
    llm({ SLUICE_LLM_BASE_URL: "http://gpu/v1" }),
    llm({ SLUICE_LLM_EXTRA_BODY: '{"top_k": 3}' }),
    llm({ SLUICE_METADATA_PROVIDER: "bedrock" }),
    llm({ SLUICE_METADATA_PROVIDER: "local" }),
  ];
  const keys = identities.map((one) => answerKey("t", "metadata", one, "", "text"));
  expect(new Set(keys).size).toBe(identities.length);
});

describe("the rights to call a model of Bedrock", () => {
  const rights = (model: string, region?: string) =>
    modelRights(
      "llm",
      parseSettings({
        SLUICE_METADATA_PROVIDER: "bedrock",
        SLUICE_LLM_MODEL: model,
        ...(region === undefined ? {} : { SLUICE_BEDROCK_REGION: region }),
      }),
    ).flatMap(({ resources, onlyWith }) => resources.map((arn) => [arn, onlyWith] as const));

  test("name the model, in the region that is asked", () => {
    const arn = "arn:{partition}:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
    expect(rights("amazon.nova-lite-v1:0", "us-east-1")).toEqual([[arn, undefined]]);
    expect(rights(arn)).toEqual([[arn, undefined]]);
  });

  test("name a profile, and its model through that profile only", () => {
    const profile =
      "arn:{partition}:bedrock:{region}:{account}:inference-profile/eu.amazon.nova-lite-v1:0";
    expect(rights("eu.amazon.nova-lite-v1:0")).toEqual([
      [profile, undefined],
      [
        "arn:{partition}:bedrock:*::foundation-model/amazon.nova-lite-v1:0",
        { "bedrock:InferenceProfileArn": profile },
      ],
    ]);
  });

  test("are none for other providers", () => {
    expect(modelRights("llm", parseSettings(openai))).toEqual([]);
    expect(modelRights("embeddings", parseSettings({}))).toEqual([]);
  });
});
