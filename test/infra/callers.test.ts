/** Who may call, by the setting `AUTH`: what the gateway asks for, and what it answers. */
import { describe, expect, test } from "vitest";
import { readConfig } from "../../infra/config.ts";
import { routes } from "../../infra/routes.ts";
import { type RefusalCode, refusalStatus } from "../../lambdas/contract/refusals.ts";
import { tokenCacheSeconds } from "../../lambdas/http/authorizer/limits.ts";
import { permissionsByRole } from "../support/deployment/permissions.ts";
import { referred, resourcesOf, type Synthesized, synthesize } from "../support/template.ts";

const issuer = "https://login.example.com/pool";
const byToken = {
  SLUICE_AUTH: "jwt",
  SLUICE_JWT_ISSUER: issuer,
  SLUICE_JWT_AUDIENCE: "sluice, other",
  SLUICE_RATE_LIMIT: "7",
  SLUICE_BURST_LIMIT: "11",
};
const bySignature = {
  SLUICE_AUTH: "iam",
  SLUICE_IAM_CALLERS: '[{"principal": "*", "tenant": "acme"}]',
};
const keys = synthesize("aws");
const jwt = synthesize("aws", byToken);
const iam = synthesize("aws", bySignature);

interface MethodProperties {
  readonly HttpMethod: string;
  readonly ApiKeyRequired?: boolean;
  readonly AuthorizationType: string;
  readonly AuthorizerId?: unknown;
}

function methodsOf(synthesized: Synthesized): MethodProperties[] {
  return resourcesOf(synthesized, "AWS::ApiGateway::Method").map(
    ([, { Properties }]) => Properties as unknown as MethodProperties,
  );
}

/** How many calls ask for what, without preflights. */
function asked(synthesized: Synthesized): Record<string, number> {
  const calls = methodsOf(synthesized).filter(({ HttpMethod }) => HttpMethod !== "OPTIONS");
  const kinds = Map.groupBy(
    calls,
    ({ AuthorizationType, ApiKeyRequired = false, AuthorizerId }) =>
      `${AuthorizationType}${ApiKeyRequired ? " key" : ""}${AuthorizerId ? " authorizer" : ""}`,
  );
  return Object.fromEntries([...kinds].map(([kind, of]) => [kind, of.length]));
}

const open = routes.filter(({ keyless }) => keyless).length;
const closed = routes.length - open;

function refusal(synthesized: Synthesized, type: string) {
  const [, { Properties } = { Properties: {} }] =
    resourcesOf(synthesized, "AWS::ApiGateway::GatewayResponse").find(
      ([, one]) => one.Properties["ResponseType"] === type,
    ) ?? [];
  const { StatusCode, ResponseTemplates } = Properties as {
    StatusCode?: string;
    ResponseTemplates?: Record<string, string>;
  };
  const body = JSON.parse(ResponseTemplates?.["application/json"] ?? "{}") as {
    code?: string;
    error?: string;
    reason?: string;
  };
  return { status: StatusCode, ...body };
}

test("each call that not everybody may make asks for the one kind of proof", () => {
  expect(asked(keys)).toEqual({ "NONE key": closed, NONE: open });
  expect(asked(jwt)).toEqual({ "CUSTOM authorizer": closed, NONE: open });
  expect(asked(iam)).toEqual({ AWS_IAM: closed, NONE: open });
});

test("preflights ask for nothing and name the headers of the proof", () => {
  for (const [synthesized, headers] of [
    [keys, "content-type,idempotency-key,x-api-key"],
    [jwt, "content-type,idempotency-key,authorization"],
    [iam, "content-type,idempotency-key,authorization,x-amz-date,x-amz-security-token"],
  ] as const) {
    const preflights = resourcesOf(synthesized, "AWS::ApiGateway::Method").filter(
      ([, { Properties }]) => Properties["HttpMethod"] === "OPTIONS",
    );
    expect(preflights.length).toBeGreaterThan(10);
    for (const [, { Properties }] of preflights) {
      expect(Properties["AuthorizationType"]).toBe("NONE");
      expect(JSON.stringify(Properties["Integration"])).toContain(headers);
    }
  }
});

describe("with tokens", () => {
  test("the gateway asks the alias of the authorizer, once a minute for each token", () => {
    const [[id, authorizer] = [], ...others] = resourcesOf(jwt, "AWS::ApiGateway::Authorizer");
    expect(others).toEqual([]);
    expect(authorizer?.Properties).toMatchObject({
      Type: "REQUEST",
      // Without the header the gateway refuses by itself.
      IdentitySource: "method.request.header.Authorization",
      AuthorizerResultTtlInSeconds: tokenCacheSeconds,
    });
    expect(JSON.stringify(authorizer?.Properties["AuthorizerUri"])).toMatch(
      /FunctionsauthorizerLive/,
    );
    const asking = methodsOf(jwt).filter(({ AuthorizerId }) => referred(AuthorizerId) === id);
    expect(asking).toHaveLength(closed);
  });

  test("the authorizer may write its log, and nothing else", () => {
    const [, fn] =
      resourcesOf(jwt, "AWS::Lambda::Function").find(
        ([, { Properties }]) => Properties["Handler"] === "authorizer/index.handler",
      ) ?? [];
    const role = referred(fn?.Properties["Role"]) ?? "";
    expect([...(permissionsByRole(jwt).get(role) ?? [])].toSorted()).toEqual([
      "logs:CreateLogStream on authorizerlogs",
      "logs:PutLogEvents on authorizerlogs",
      "xray:PutTelemetryRecords on *",
      "xray:PutTraceSegments on *",
    ]);
  });

  test("a refused token is a 401 that says whose tokens are taken, and an unread key a 503", () => {
    expect(refusal(jwt, "UNAUTHORIZED")).toMatchObject({
      status: "401",
      code: "unauthenticated",
      error: expect.stringContaining(`signed by ${issuer}, be for sluice or other,`) as unknown,
    });
    for (const type of ["AUTHORIZER_FAILURE", "AUTHORIZER_CONFIGURATION_ERROR"]) {
      expect(refusal(jwt, type)).toMatchObject({ status: "503", code: "unavailable" });
    }
  });
});

test.each([
  ["keys", keys, "INVALID_API_KEY", "api_key"],
  ["keys", keys, "ACCESS_DENIED", "api_key"],
  ["tokens", jwt, "UNAUTHORIZED", "token"],
  ["signatures", iam, "MISSING_AUTHENTICATION_TOKEN", "signature"],
  ["signatures", iam, "INVALID_SIGNATURE", "signature"],
  ["signatures", iam, "EXPIRED_TOKEN", "signature"],
  ["signatures", iam, "ACCESS_DENIED", "policy"],
  ["a web ACL", keys, "WAF_FILTERED", "web_acl"],
])(
  "with %s, the gateway's refusals have a reason that a program can read (%#)",
  (_, from, type, reason) => {
    expect(refusal(from, type).reason).toBe(reason);
  },
);

test.each([
  ["keys", keys],
  ["tokens", jwt],
])("with %s, a path that does not exist is a 404, whatever the request shows", (_, from) => {
  // The gateway takes a bearer token on such a path for a bad signature.
  const types = ["MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "RESOURCE_NOT_FOUND"];
  for (const type of types) {
    expect(refusal(from, type)).toMatchObject({ status: "404", code: "not_found" });
  }
});

test("each response of the gateway has the status that its code stands for", () => {
  for (const from of [keys, jwt, iam]) {
    for (const [, { Properties }] of resourcesOf(from, "AWS::ApiGateway::GatewayResponse")) {
      const { status, code } = refusal(from, String(Properties["ResponseType"]));
      if (status === undefined) continue;
      expect([code, Number(status)]).toEqual([code, refusalStatus[code as RefusalCode]]);
    }
  }
});

describe("with signatures", () => {
  test("an unsigned or badly signed call is a 401, and one that IAM does not allow a 403", () => {
    for (const type of ["MISSING_AUTHENTICATION_TOKEN", "INVALID_SIGNATURE", "EXPIRED_TOKEN"]) {
      expect(refusal(iam, type)).toMatchObject({ status: "401", code: "unauthenticated" });
    }
    expect(refusal(iam, "ACCESS_DENIED")).toMatchObject({
      status: "403",
      code: "forbidden",
      error: expect.stringContaining("execute-api:Invoke") as unknown,
    });
  });
});

test("only tokens need the authorizer's function", () => {
  const handlers = (synthesized: Synthesized) =>
    resourcesOf(synthesized, "AWS::Lambda::Function").map(
      ([, { Properties }]) => Properties["Handler"],
    );
  expect(handlers(jwt)).toContain("authorizer/index.handler");
  for (const other of [keys, iam]) {
    expect(handlers(other)).not.toContain("authorizer/index.handler");
    expect(resourcesOf(other, "AWS::ApiGateway::Authorizer")).toEqual([]);
  }
});

test("without keys the stage bounds each call, and the deployment names no key to make", () => {
  const ofStage = (synthesized: Synthesized) => {
    const [[, stage] = []] = resourcesOf(synthesized, "AWS::ApiGateway::Stage");
    const settings = stage?.Properties["MethodSettings"] as Record<string, unknown>[];
    return settings.find(({ HttpMethod }) => HttpMethod === "*");
  };
  expect(ofStage(jwt)).toMatchObject({ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 11 });
  expect(ofStage(keys)).not.toHaveProperty("ThrottlingRateLimit");
  const outputs = ({ template }: Synthesized) =>
    template.toJSON()["Outputs"] as Record<string, { Value: unknown }>;
  expect(outputs(keys)).toMatchObject({ Auth: { Value: "key" }, NextStep: {} });
  expect(outputs(jwt)).toMatchObject({ Auth: { Value: "jwt" } });
  expect(outputs(jwt)).not.toHaveProperty("NextStep");
});

test("the access log names the token's subject and the principal", () => {
  const [[, stage] = []] = resourcesOf(jwt, "AWS::ApiGateway::Stage");
  const { Format = "" } = (stage?.Properties["AccessLogSetting"] ?? {}) as { Format?: string };
  expect(JSON.parse(Format)).toMatchObject({
    subject: "$context.authorizer.principalId",
    principal: "$context.identity.userArn",
  });
});

test("an issuer without https is refused on AWS", () => {
  const env = { ...byToken, SLUICE_JWT_ISSUER: "http://127.0.0.1:9000" };
  expect(() => readConfig(env)).toThrow("SLUICE_JWT_ISSUER is http://127.0.0.1");
  const onEmulator = { ...env, AWS_ENDPOINT_URL: "http://127.0.0.1:4566" };
  expect(readConfig(onEmulator).settings.AUTH).toBe("jwt");
});
