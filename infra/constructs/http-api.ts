/** The HTTP API: routes, who may call them, the usage plan of keys, and one error format. */
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as iam from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import { CfnWebACLAssociation } from "aws-cdk-lib/aws-wafv2";
import { Construct } from "constructs";
import { formatNames, naming } from "../../lambdas/contract/file-formats.ts";
import { originsOf } from "../../lambdas/platform/cors-origins.ts";
import type { Config, Target } from "../config.ts";
import { explain } from "../explain.ts";
import { routes } from "../routes.ts";
import { callerCheck, callerHeaders, stageThrottle } from "./callers.ts";
import { deploymentName } from "./deployment-name.ts";
import type { Functions } from "./functions.ts";
import type { Observability } from "./observability.ts";
import { addRefusals } from "./refusals.ts";
import type { Surroundings } from "./surroundings.ts";

/**
 * Limits for each call without a key, over all callers. A console that opens loads its page and
 * three files, which browsers cache: six people can open it at the same moment, and three more
 * every second. A caller who loops over all three calls gets 30 runs per second, which occupy one
 * or two functions. Such a caller can block the page for others, but not the account's functions.
 */
const keylessThrottle = { throttlingRateLimit: 10, throttlingBurstLimit: 20 } as const;
const stageName = "v1";
/** Bodies contain documents, so they are not logged. */
const methodLogs = {
  loggingLevel: apigateway.MethodLoggingLevel.ERROR,
  dataTraceEnabled: false,
} as const;

/**
 * Bodies of these types reach a function as bytes, JSON among them: of a body that it takes for
 * text, the gateway replaces every byte that is not UTF-8, and no function can see that.
 */
const binaryTypes = new Set(
  formatNames
    .flatMap((name) => naming[name].contentTypes)
    .concat("application/json", "application/octet-stream", "application/zip")
    // What programs say of files whose type they do not know, curl first of all, and texts that are
    // often in another encoding. A body of any other type that is not UTF-8 is refused.
    .concat("application/x-www-form-urlencoded", "binary/octet-stream")
    .concat("application/x-zip-compressed", "application/xml", "text/xml", "application/yaml"),
);

/**
 * A line for each request, refused ones included. The functions' logs have the same `request_id`,
 * and for each change the tenant: the gateway does not know whose key it is.
 */
const accessLog = {
  request_id: "$context.requestId",
  time: "$context.requestTime",
  ip: "$context.identity.sourceIp",
  user_agent: "$context.identity.userAgent",
  key_id: "$context.identity.apiKeyId",
  subject: "$context.authorizer.principalId",
  principal: "$context.identity.userArn",
  method: "$context.httpMethod",
  resource: "$context.resourcePath",
  path: "$context.path",
  status: "$context.status",
  error: "$context.error.responseType",
  response_bytes: "$context.responseLength",
  latency_ms: "$context.responseLatency",
  integration_latency_ms: "$context.integration.latency",
  integration_status: "$context.integration.status",
  integration_error: "$context.integration.error",
};

export interface HttpApiProps {
  readonly config: Config;
  readonly functions: Functions;
  readonly observability: Observability;
  readonly given: Surroundings;
}

export class HttpApi extends Construct {
  readonly api: apigateway.RestApi;
  readonly usagePlan: apigateway.UsagePlan;
  /** A line for each request. */
  readonly accessLog: LogGroup;
  /** Without a trailing slash: `${url}/ingest`. */
  readonly url: string;

  constructor(
    scope: Construct,
    id: string,
    { config, functions, observability, given }: HttpApiProps,
  ) {
    super(scope, id);
    const { settings, target } = config;
    const account = settings.API_LOGS_ROLE === "create" ? this.#letWriteLogs(target) : undefined;
    this.accessLog = observability.logGroup("api-logs");
    this.api = new apigateway.RestApi(this, "Api", {
      restApiName: deploymentName(this),
      description: "Sluice: document ingestion and search",
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      binaryMediaTypes: [...binaryTypes],
      // A header authorizes a call, never a cookie, so by default any page may call.
      defaultCorsPreflightOptions: {
        allowOrigins: originsOf(settings.CORS_ORIGINS),
        allowMethods: ["GET", "POST", "DELETE"],
        allowHeaders: ["content-type", "idempotency-key", ...callerHeaders(settings)],
      },
      deployOptions: {
        stageName,
        tracingEnabled: target.kind === "aws",
        ...methodLogs,
        ...stageThrottle(settings),
        // A method with its own settings inherits none from the stage, so they are repeated.
        methodOptions: Object.fromEntries(
          routes
            .filter(({ keyless }) => keyless)
            .map(({ method, path }) => [
              `${path}/${method}`,
              { ...methodLogs, ...keylessThrottle },
            ]),
        ),
        accessLogDestination: new apigateway.LogGroupLogDestination(this.accessLog),
        accessLogFormat: apigateway.AccessLogFormat.custom(JSON.stringify(accessLog)),
      },
    });
    // The construct adds an output with an unreadable name.
    this.api.node.tryRemoveChild("Endpoint");
    if (account !== undefined) this.api.deploymentStage.node.addDependency(account);
    // API Gateway looks up its error log by this name; otherwise it would create a group without
    // expiry.
    const errors = `API-Gateway-Execution-Logs_${this.api.restApiId}/${stageName}`;
    this.api.deploymentStage.node.addDependency(observability.logGroup("api-errors", errors));

    const callers = callerCheck(this, settings, functions);
    for (const { method, path, step, keyless } of routes) {
      this.api.root
        .resourceForPath(path)
        .addMethod(
          method,
          new apigateway.LambdaIntegration(functions.live(step), { allowTestInvoke: false }),
          keyless ? { apiKeyRequired: false } : callers,
        );
    }
    this.#readPreflightsAsText();
    addRefusals(this.api, settings);

    this.usagePlan = this.api.addUsagePlan("Plan", {
      name: deploymentName(this),
      description: "Every key made by `npm run sluice -- keys create`",
      apiStages: [{ stage: this.api.deploymentStage }],
      throttle: { rateLimit: settings.RATE_LIMIT, burstLimit: settings.BURST_LIMIT },
      quota: { limit: settings.DAILY_QUOTA, period: apigateway.Period.DAY },
    });
    this.url =
      target.kind === "aws"
        ? `https://${this.api.restApiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}/v1`
        : `${target.endpointUrl}/restapis/${this.api.restApiId}/v1/_user_request_`;
    this.#addToNetwork(given);
    this.#explain();
  }

  /**
   * API Gateway writes logs with one role per account and region. The role outlives the stack, also
   * one whose first deployment fails: without it, all other APIs there would lose their logs.
   */
  #letWriteLogs(target: Target): apigateway.CfnAccount {
    const role = new iam.Role(this, "LogsRole", {
      assumedBy: new iam.ServicePrincipal("apigateway.amazonaws.com"),
      managedPolicies: [
        iam.ManagedPolicy.fromAwsManagedPolicyName(
          "service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        ),
      ],
    });
    explain(
      role,
      "AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]",
      "API Gateway requires one role for every API of the account and region, and AWS maintains this policy for it.",
    );
    const account = new apigateway.CfnAccount(this, "Account", { cloudWatchRoleArn: role.roleArn });
    if (target.kind === "aws") {
      role.applyRemovalPolicy(RemovalPolicy.RETAIN);
      account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    return account;
  }

  /**
   * A preflight request names no content type, and the gateway then assumes JSON. Its mock
   * integration cannot read bytes.
   */
  #readPreflightsAsText(): void {
    for (const method of this.api.methods.filter(({ httpMethod }) => httpMethod === "OPTIONS")) {
      const resource = method.node.defaultChild as apigateway.CfnMethod;
      resource.addPropertyOverride("Integration.ContentHandling", "CONVERT_TO_TEXT");
    }
  }

  #addToNetwork({ domain, webAclArn }: Surroundings): void {
    if (domain !== undefined) {
      this.api.addDomainName("Domain", {
        domainName: domain.name,
        certificate: domain.certificate,
        endpointType: apigateway.EndpointType.REGIONAL,
        securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
        // The domain stands for the API, so paths keep the stage: https://domain/v1/ingest.
        basePath: stageName,
      });
    }
    if (webAclArn !== undefined) {
      new CfnWebACLAssociation(this, "WebAcl", {
        resourceArn: this.api.deploymentStage.stageArn,
        webAclArn,
      });
    }
  }

  #explain(): void {
    explain(
      this.api,
      "AwsSolutions-APIG2",
      "Each step validates its whole input with a zod schema, from which OpenAPI is generated, and its errors name every invalid field.",
    );
    explain(
      this.api,
      "AwsSolutions-APIG3",
      "A key, token or signature is asked for before any work, and the usage plan bounds each key; all other calls are throttled by the stage. A web ACL costs a fixed price a month, which is the account's choice.",
    );
    const reason =
      "Callers show an API key, a token of an OpenID Connect issuer or a signature of AWS, as the settings say; each step limits the call to the caller's tenant. /openapi.json and the console's page are public and contain no data.";
    explain(this.api, "AwsSolutions-APIG4", reason);
    explain(this.api, "AwsSolutions-COG4", reason);
  }
}
