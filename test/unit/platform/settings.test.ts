import { describe, expect, test } from "vitest";
import { InvalidSettingsError, parseSettings } from "../../../lambdas/platform/settings.ts";

const refused = (environment: Record<string, string>) => {
  try {
    parseSettings(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidSettingsError);
    return (error as Error).message;
  }
  return undefined;
};

describe("settings", () => {
  test("have the defaults of the promises, also where a variable is empty", () => {
    const settings = parseSettings({ SLUICE_MAX_QUEUED: "", OTHER: "x", MAX_ACTIVE: "3" });
    expect(settings).toMatchObject({
      MAX_QUEUED: 100,
      MAX_ACTIVE: 10,
      METADATA_PER_JOB: 10,
      LLM_MAX_PARALLEL: 20,
      EMBEDDINGS_MAX_PARALLEL: 20,
      PROVIDER_MAX_PARALLEL: 50,
      BREAKER_THRESHOLD: 10,
      BREAKER_COOLDOWN_SECONDS: 60,
      OUTAGE_LIMIT_SECONDS: 21_600,
      METADATA_PER: "chunk",
      METADATA_PROVIDER: "local",
      EMBEDDINGS_PROVIDER: "local",
    });
    expect(settings.LLM_API_KEY).toBeUndefined();
  });

  test("are read from their variables", () => {
    const environment = {
      SLUICE_MAX_ACTIVE: "5",
      SLUICE_METADATA_PROVIDER: "openai",
      SLUICE_LLM_BASE_URL: "http://127.0.0.1:1234/v1",
    };
    expect(parseSettings(environment)).toMatchObject({
      MAX_ACTIVE: 5,
      METADATA_PROVIDER: "openai",
      LLM_BASE_URL: "http://127.0.0.1:1234/v1",
    });
  });

  test("name a reranker: an endpoint by its address, or Bedrock with a model of its own", () => {
    const bedrock = parseSettings({ SLUICE_RERANK_PROVIDER: "bedrock" });
    expect(bedrock.RERANK_MODEL).toBe("cohere.rerank-v3-5:0");
    expect(parseSettings({}).RERANK_MODEL).toBeUndefined();
    expect(() => parseSettings({ SLUICE_RERANK_PROVIDER: "endpoint" })).toThrow(
      "SLUICE_RERANK_BASE_URL is required with RERANK_PROVIDER=endpoint.",
    );
  });

  test.each([
    ["MAX_QUEUED", "0"],
    ["MAX_QUEUED", "5001"],
    ["MAX_ACTIVE", "201"],
    ["MAX_ACTIVE", "ten"],
    ["MAX_ACTIVE", "2.5"],
    ["METADATA_PER_JOB", "-1"],
    ["METADATA_PROVIDER", "bedrok"],
    ["LLM_EXTRA_BODY", "top_k: 3"],
    ["LLM_EXTRA_BODY", "[1]"],
    ["LLM_EXTRA_BODY", '{"messages": []}'],
    ["LLM_EXTRA_HEADERS", '{"x-team": 3}'],
    ["EMBEDDINGS_EXTRA_HEADERS", '{"x team": "a"}'],
    ["EMBEDDINGS_EXTRA_HEADERS", '{"Host": "a"}'],
    ["EMBEDDINGS_DIMENSIONS", "0"],
    ["LLM_MAX_OUTPUT_TOKENS", "many"],
    ["BEDROCK_REGION", "Frankfurt"],
    ["LLM_BASE_URL", "not a url"],
    ["LLM_MODEL", "   "],
    ["OUTAGE_LIMIT_SECONDS", "604801"],
    ["RATE_LIMIT", "1e99"],
  ])("stop the deployment by name when SLUICE_%s is %j", (name, value) => {
    expect(refused({ [`SLUICE_${name}`]: value })).toContain(`SLUICE_${name} `);
  });

  test.each([
    ["MAX_ACTIVE", "ten", "a whole number from 1 to 200"],
    ["MAX_ACTIVE", "2.5", "a whole number from 1 to 200"],
    ["MAX_ACTIVE", "1e99", "a whole number from 1 to 200"],
    ["LLM_PRICE_PER_MTOK_IN", "-1", "a number from 0 to 100000"],
    ["METADATA_PROVIDER", "bedrok", "one of local, openai, bedrock"],
    ["LLM_EXTRA_BODY", "{top_k: 3}", 'a JSON object such as {"top_p": 0.9}'],
    ["LLM_BASE_URL", "not a url", "a URL such as https://example.com/v1"],
    ["ALARM_EMAIL", "nobody", "an email address"],
  ])("say in a whole sentence what may stand in %s instead of %j", (name, value, allowed) => {
    const lines = refused({ [`SLUICE_${name}`]: value })
      ?.split("\n  ")
      .slice(1);
    expect(lines?.[0]).toBe(`SLUICE_${name} must be ${allowed}.`);
    expect(lines?.filter((line) => line.includes(allowed))).toHaveLength(1);
  });

  test("name every variable that is wrong", () => {
    const message = refused({ SLUICE_MAX_QUEUED: "x", SLUICE_RATE_LIMIT: "y" });
    expect(message).toMatch(/SLUICE_MAX_QUEUED must .*\n.*SLUICE_RATE_LIMIT must /);
  });

  test("refuse caps whose sum is over the provider's, and take those that just fit", () => {
    const caps = { SLUICE_LLM_MAX_PARALLEL: "30", SLUICE_EMBEDDINGS_MAX_PARALLEL: "20" };
    expect(parseSettings(caps).LLM_MAX_PARALLEL).toBe(30);
    expect(refused({ ...caps, SLUICE_PROVIDER_MAX_PARALLEL: "49" })).toContain(
      "SLUICE_PROVIDER_MAX_PARALLEL is 49, less than LLM_MAX_PARALLEL + EMBEDDINGS_MAX_PARALLEL = 50",
    );
  });

  test("refuse a cap that leaves an active job without a permit", () => {
    expect(parseSettings({ SLUICE_LLM_MAX_PARALLEL: "10" }).LLM_MAX_PARALLEL).toBe(10);
    expect(refused({ SLUICE_LLM_MAX_PARALLEL: "9" })).toMatch(
      /SLUICE_LLM_MAX_PARALLEL is 9, but 10 active/,
    );
    expect(refused({ SLUICE_MAX_ACTIVE: "21" })).toMatch(
      /EMBEDDINGS_MAX_PARALLEL is 20, but 21 active/,
    );
  });

  const jwt = {
    SLUICE_AUTH: "jwt",
    SLUICE_JWT_ISSUER: "https://login.example.com",
    SLUICE_JWT_AUDIENCE: "sluice",
  };

  test.each([
    [
      "an issuer and an audience of tokens",
      { SLUICE_AUTH: "jwt" },
      [
        "SLUICE_JWT_ISSUER is required with AUTH=jwt.",
        "SLUICE_JWT_AUDIENCE is required with AUTH=jwt.",
      ],
    ],
    [
      "the tenants of principals",
      { SLUICE_AUTH: "iam" },
      ["SLUICE_IAM_CALLERS is required with AUTH=iam."],
    ],
    [
      "AUTH where only an issuer is set",
      { SLUICE_JWT_ISSUER: "https://login.example.com" },
      ["SLUICE_JWT_ISSUER is for AUTH=jwt, but AUTH is key: set AUTH=jwt, or remove it."],
    ],
    [
      "one kind of callers",
      { ...jwt, SLUICE_IAM_CALLERS: '[{"principal": "*", "tenant": "a"}]' },
      ["SLUICE_IAM_CALLERS is for AUTH=iam, but AUTH is jwt: set AUTH=iam, or remove it."],
    ],
    [
      "the value of an operator's claim",
      { ...jwt, SLUICE_JWT_OPERATOR_CLAIM: "scope" },
      ["SLUICE_JWT_OPERATOR_VALUE is required with JWT_OPERATOR_CLAIM."],
    ],
    [
      "the claim of an operator's value",
      { ...jwt, SLUICE_JWT_OPERATOR_VALUE: "admin" },
      ["SLUICE_JWT_OPERATOR_CLAIM is required with JWT_OPERATOR_VALUE."],
    ],
    [
      "an issuer by https",
      { ...jwt, SLUICE_JWT_ISSUER: "http://login.example.com" },
      [
        "SLUICE_JWT_ISSUER must be the https URL that the tokens have as `iss`, such as https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI.",
      ],
    ],
    [
      "audiences that a gateway's answer can name",
      { ...jwt, SLUICE_JWT_AUDIENCE: "$context.stage" },
      ["SLUICE_JWT_AUDIENCE must be values of `aud`, separated by commas, without blanks in them."],
    ],
    [
      "a kind that is known",
      { SLUICE_AUTH: "oidc" },
      ["SLUICE_AUTH must be one of key, jwt, iam."],
    ],
    [
      "principals as a list",
      { SLUICE_AUTH: "iam", SLUICE_IAM_CALLERS: "acme" },
      [
        'SLUICE_IAM_CALLERS must be a JSON list such as [{"principal": "arn:aws:iam::111122223333:role/ingest", "tenant": "acme"}].',
      ],
    ],
    [
      "principals by their ARNs, and tenants by names",
      { SLUICE_AUTH: "iam", SLUICE_IAM_CALLERS: '[{"principal": "ann", "tenant": "a b"}]' },
      [
        "SLUICE_IAM_CALLERS.0.principal must be `*` or the ARN of a role, a user or a role's session, such as arn:aws:iam::111122223333:role/ingest.",
        "SLUICE_IAM_CALLERS.0.tenant must be 1 to 64 letters, digits, dots, dashes or underscores, and begin with a letter or digit.",
      ],
    ],
    [
      "roles without a path, where a name has a wildcard",
      {
        SLUICE_AUTH: "iam",
        SLUICE_IAM_CALLERS: JSON.stringify([
          { principal: "arn:aws:iam::111122223333:role/prod/*", tenant: "a" },
          { principal: "arn:aws:iam::111122223333:role/*", tenant: "a" },
          { principal: "arn:aws:iam::111122223333:role/team-*/ingest", tenant: "a" },
        ]),
      },
      [
        "SLUICE_IAM_CALLERS.0.principal must not have `*` in the name of a role after a path, because a session does not tell the path of its role. Name the role, or leave the path out.",
      ],
    ],
  ])("of callers ask for %s", (_, env, sentences) => {
    expect(refused(env)?.split("\n  ").slice(1)).toEqual(sentences);
  });

  test("of callers are keys if nothing is set, and take whole combinations", () => {
    expect(parseSettings({})).toMatchObject({ AUTH: "key", JWT_TENANT_CLAIM: "tenant" });
    const operator = { SLUICE_JWT_OPERATOR_CLAIM: "scope", SLUICE_JWT_OPERATOR_VALUE: "admin" };
    expect(parseSettings({ ...jwt, ...operator }).JWT_OPERATOR_VALUE).toBe("admin");
    const laptop = { ...jwt, SLUICE_JWT_ISSUER: "http://127.0.0.1:9000/pool" };
    expect(parseSettings(laptop).AUTH).toBe("jwt");
  });

  test("name a model of Bedrock where only the provider is set", () => {
    const bedrock = { SLUICE_METADATA_PROVIDER: "bedrock", SLUICE_EMBEDDINGS_PROVIDER: "bedrock" };
    expect(parseSettings(bedrock)).toMatchObject({
      LLM_MODEL: "amazon.nova-lite-v1:0",
      EMBEDDINGS_MODEL: "amazon.titan-embed-text-v2:0",
    });
    expect(parseSettings({ ...bedrock, SLUICE_LLM_MODEL: "mine" }).LLM_MODEL).toBe("mine");
  });

  test("keep the blank at the end of a prefix", () => {
    const prefix = { SLUICE_EMBEDDINGS_QUERY_PREFIX: "query: " };
    expect(parseSettings(prefix).EMBEDDINGS_QUERY_PREFIX).toBe("query: ");
  });
});
