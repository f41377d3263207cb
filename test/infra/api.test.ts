import { describe, expect, test } from "vitest";
import { routes } from "../../infra/routes.ts";
import { methodsOf } from "../support/methods.ts";
import { resourcesOf, synthesize } from "../support/template.ts";

const aws = synthesize("aws", {
  SLUICE_RATE_LIMIT: "7",
  SLUICE_BURST_LIMIT: "11",
  SLUICE_DAILY_QUOTA: "1234",
});
const methods = methodsOf(aws);
const calls = methods.filter(({ verb }) => verb !== "OPTIONS");

interface MethodSetting {
  readonly HttpMethod: string;
  /** Its slashes but the first written as `~1`. */
  readonly ResourcePath: string;
  readonly DataTraceEnabled?: boolean;
  readonly LoggingLevel?: string;
  readonly MetricsEnabled?: boolean;
  readonly ThrottlingRateLimit?: number;
  readonly ThrottlingBurstLimit?: number;
}

function methodSettings(): readonly MethodSetting[] {
  const [[, stage] = []] = resourcesOf(aws, "AWS::ApiGateway::Stage");
  return stage?.Properties["MethodSettings"] as MethodSetting[];
}

describe("the API", () => {
  test("asks for a key wherever a route does not say that anybody may call", () => {
    const keyless = calls.filter(({ keyed }) => !keyed).map(({ verb, path }) => `${verb} ${path}`);
    expect(keyless).toEqual(
      routes.filter((route) => route.keyless).map(({ method, path }) => `${method} ${path}`),
    );
    expect(calls).toHaveLength(routes.length);
  });

  test("leads each route to its step", () => {
    const led = calls.map(({ verb, path, step }) => `${verb} ${path} → ${step}`);
    for (const { method, path, step } of routes) {
      expect(led).toContainEqual(
        expect.stringMatching(new RegExp(`^${method} ${path} → Functions${step}Live[0-9A-F]{8}$`)),
      );
    }
  });

  test("answers preflights itself, without a key, so that a page of any origin may call", () => {
    const preflights = methods.filter(({ verb }) => verb === "OPTIONS");
    expect(preflights.every(({ keyed, mock }) => !keyed && mock)).toBe(true);
    const paths = preflights.map(({ path }) => path);
    expect(calls.filter(({ path }) => !paths.includes(path))).toEqual([]);
  });

  test("lets only pages of the listed origins call, if there is a list", () => {
    const listed = (SLUICE_CORS_ORIGINS: string) => {
      const template = synthesize("aws", { SLUICE_CORS_ORIGINS });
      const preflights = resourcesOf(template, "AWS::ApiGateway::Method").filter(
        ([, { Properties }]) => Properties["HttpMethod"] === "OPTIONS",
      );
      const refusals = resourcesOf(template, "AWS::ApiGateway::GatewayResponse");
      return {
        preflights: preflights.map(([, { Properties }]) => JSON.stringify(Properties)),
        refusals: refusals.map(([, { Properties }]) => Properties["ResponseParameters"]),
      };
    };
    const one = listed("https://a.example");
    const two = listed("https://a.example, https://b.example:8443");
    const origin = "gatewayresponse.header.Access-Control-Allow-Origin";
    const vary = { "gatewayresponse.header.Vary": "'Origin'" };
    for (const preflight of one.preflights) {
      expect(preflight).toContain("'https://a.example'");
      expect(preflight).not.toContain("'*'");
    }
    for (const preflight of two.preflights) {
      expect(preflight).toContain("https://b.example:8443");
      expect(preflight).toContain("responseOverride.header.Access-Control-Allow-Origin");
    }
    for (const headers of one.refusals) {
      expect(headers).toEqual({ [origin]: "'https://a.example'", ...vary });
    }
    for (const headers of two.refusals) {
      expect(headers).toEqual({ [origin]: "method.request.header.Origin", ...vary });
    }
  });

  test("passes JSON on as bytes, but reads preflights, which have no body, as text", () => {
    const [[, api] = []] = resourcesOf(aws, "AWS::ApiGateway::RestApi");
    expect(api?.Properties["BinaryMediaTypes"]).toContain("application/json");
    const handling = resourcesOf(aws, "AWS::ApiGateway::Method")
      .filter(([, { Properties }]) => Properties["HttpMethod"] === "OPTIONS")
      .map(
        ([, { Properties }]) =>
          (Properties["Integration"] as Record<string, unknown>)["ContentHandling"],
      );
    expect(new Set(handling)).toEqual(new Set(["CONVERT_TO_TEXT"]));
  });

  test("throttles and counts each key as the settings say", () => {
    const [[, plan] = [], ...others] = resourcesOf(aws, "AWS::ApiGateway::UsagePlan");
    expect(others).toEqual([]);
    expect(plan?.Properties).toMatchObject({
      Throttle: { RateLimit: 7, BurstLimit: 11 },
      Quota: { Limit: 1234, Period: "DAY" },
      ApiStages: [{ Stage: { Ref: resourcesOf(aws, "AWS::ApiGateway::Stage")[0]?.[0] } }],
    });
  });

  test("throttles what anybody may call, which no plan bounds, and lets a few open the console at once", () => {
    // The page and three files, of which the gateway counts each call's own.
    const filesOfAView = 3;
    const bounds = new Map(
      methodSettings()
        .filter(({ HttpMethod }) => HttpMethod !== "*")
        .map((setting) => [
          `${setting.HttpMethod} ${setting.ResourcePath.replaceAll("~1", "/").slice(1)}`,
          setting,
        ]),
    );
    const keyless = calls.filter(({ keyed }) => !keyed).map(({ verb, path }) => `${verb} ${path}`);
    expect([...bounds.keys()]).toEqual(keyless);
    for (const { ThrottlingRateLimit = 0, ThrottlingBurstLimit = 0 } of bounds.values()) {
      expect(ThrottlingBurstLimit).toBeGreaterThanOrEqual(5 * filesOfAView);
      expect(ThrottlingRateLimit).toBeGreaterThanOrEqual(filesOfAView);
      // A new account runs ten functions at once; a run takes tens of milliseconds.
      expect(ThrottlingRateLimit).toBeLessThanOrEqual(20);
    }
  });

  test("refuses in the envelope of every other error", () => {
    const refusals = resourcesOf(aws, "AWS::ApiGateway::GatewayResponse").map(
      ([, { Properties }]) => Properties,
    );
    for (const { ResponseTemplates, ResponseParameters } of refusals) {
      const { "application/json": text } = ResponseTemplates as Record<string, string>;
      const body = JSON.parse(text ?? "") as Record<string, unknown>;
      expect(body).toMatchObject({
        error: expect.stringMatching(/^\S.+\.$/) as unknown,
        code: expect.stringMatching(/^[a-z_]+$/) as unknown,
        request_id: "$context.requestId",
      });
      expect(ResponseParameters).toEqual({
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
      });
    }
    expect(
      Object.fromEntries(
        refusals.map((refusal) => [refusal["ResponseType"], refusal["StatusCode"]]),
      ),
    ).toMatchObject({
      // Also what a path that does not exist is answered with.
      MISSING_AUTHENTICATION_TOKEN: "404",
      INVALID_API_KEY: "403",
      REQUEST_TOO_LARGE: "413",
      THROTTLED: "429",
      QUOTA_EXCEEDED: "429",
      INTEGRATION_TIMEOUT: "503",
      INTEGRATION_FAILURE: "503",
    });
    // The rest keeps its status and gets the form.
    expect(refusals.map((refusal) => refusal["ResponseType"])).toEqual(
      expect.arrayContaining(["DEFAULT_4XX", "DEFAULT_5XX"]),
    );
  });

  test("names the way for large bodies wherever one may be the cause", () => {
    const naming = resourcesOf(aws, "AWS::ApiGateway::GatewayResponse")
      .filter(([, { Properties }]) => JSON.stringify(Properties).includes("upload_url"))
      .map(([, { Properties }]) => Properties["ResponseType"]);
    // Over 6 MB, Lambda refuses the event, which the gateway reports as a failed integration.
    expect(naming).toEqual(["REQUEST_TOO_LARGE", "INTEGRATION_FAILURE", "API_CONFIGURATION_ERROR"]);
  });

  test("logs who called what, and no body", () => {
    const [[, stage] = []] = resourcesOf(aws, "AWS::ApiGateway::Stage");
    expect(stage?.Properties).toMatchObject({
      StageName: "v1",
      AccessLogSetting: { Format: expect.stringContaining("$context.requestId") as unknown },
    });
    const { Format = "" } = (stage?.Properties["AccessLogSetting"] ?? {}) as { Format?: string };
    expect(JSON.parse(Format)).toMatchObject({
      key_id: "$context.identity.apiKeyId",
      latency_ms: "$context.responseLatency",
      integration_error: "$context.integration.error",
    });
    expect(methodSettings()).toContainEqual(
      expect.objectContaining({ HttpMethod: "*", ResourcePath: "/*" }),
    );
    for (const { DataTraceEnabled, LoggingLevel } of methodSettings()) {
      expect({ DataTraceEnabled, LoggingLevel }).toEqual({
        DataTraceEnabled: false,
        LoggingLevel: "ERROR",
      });
    }
    expect(JSON.stringify(stage)).not.toMatch(/\$(input|context\.identity\.apiKey\b)/);
  });

  test("writes its errors to a log that the stack made before, and that forgets", () => {
    const [[apiId] = []] = resourcesOf(aws, "AWS::ApiGateway::RestApi");
    // The name that the service gives it: it takes no other.
    const name = { "Fn::Join": ["", ["API-Gateway-Execution-Logs_", { Ref: apiId }, "/v1"]] };
    const [group, log] =
      resourcesOf(aws, "AWS::Logs::LogGroup").find(
        ([, { Properties }]) => JSON.stringify(Properties["LogGroupName"]) === JSON.stringify(name),
      ) ?? [];
    expect(log).toMatchObject({ Properties: { RetentionInDays: 30 }, DeletionPolicy: "Delete" });
    const [[, stage] = []] = resourcesOf(aws, "AWS::ApiGateway::Stage");
    expect(stage?.DependsOn).toContain(group);
  });

  test("pays for no metrics by method: the dashboard draws those of the whole API", () => {
    expect(methodSettings().filter(({ MetricsEnabled }) => MetricsEnabled === true)).toEqual([]);
  });

  test("leaves the region's role for gateway logs behind when the stack goes, or fails at first", () => {
    const [[, account] = []] = resourcesOf(aws, "AWS::ApiGateway::Account");
    const [, role] =
      resourcesOf(aws, "AWS::IAM::Role").find(([id]) => id.startsWith("IntakeLogsRole")) ?? [];
    // Its deletion takes the role from every API of the region, also after a first deployment that failed.
    expect([account?.DeletionPolicy, role?.DeletionPolicy]).toEqual(["Retain", "Retain"]);
    expect([account?.UpdateReplacePolicy, role?.UpdateReplacePolicy]).toEqual(["Retain", "Retain"]);
  });

  test("leaves the region's role alone where another stack has set it", () => {
    const kept = synthesize("aws", { SLUICE_API_LOGS_ROLE: "keep" });
    expect(resourcesOf(kept, "AWS::ApiGateway::Account")).toEqual([]);
    expect(JSON.stringify(kept.resources)).not.toContain("AmazonAPIGatewayPushToCloudWatchLogs");
  });
});
