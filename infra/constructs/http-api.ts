/** The HTTP API: routes, keys, the usage plan, and one form for every refusal. */
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { Config, Target } from "../config.ts";
import { explain } from "../explain.ts";
import { routes } from "../routes.ts";
import type { Functions } from "./functions.ts";
import type { Observability } from "./observability.ts";
import { addRefusals } from "./refusals.ts";

/**
 * For all callers together, of each call that needs no key. A console that is
 * opened loads its page and three files, which browsers keep: six people may
 * open it at the same moment, and three more every second. Whoever calls all
 * three in a loop gets 30 runs a second, which hold a function or two; he can
 * keep others from the page, but not from the account's functions.
 */
const keylessThrottle = { throttlingRateLimit: 10, throttlingBurstLimit: 20 } as const;
const stageName = "v1";
/** Bodies are documents: they stay out of the logs. */
const methodLogs = {
  loggingLevel: apigateway.MethodLoggingLevel.ERROR,
  dataTraceEnabled: false,
} as const;

export interface HttpApiProps {
  readonly config: Config;
  readonly functions: Functions;
  readonly observability: Observability;
}

export class HttpApi extends Construct {
  readonly api: apigateway.RestApi;
  readonly usagePlan: apigateway.UsagePlan;
  /** Without a slash at its end: `${url}/ingest`. */
  readonly url: string;

  constructor(scope: Construct, id: string, { config, functions, observability }: HttpApiProps) {
    super(scope, id);
    const { settings, target } = config;
    const account = this.#letWriteLogs(target);
    this.api = new apigateway.RestApi(this, "Api", {
      restApiName: Stack.of(this).stackName,
      description: "Sluice: document ingestion and search",
      endpointTypes: [apigateway.EndpointType.REGIONAL],
      cloudWatchRole: false,
      // Any page may call: authority is the key it sends, never a cookie.
      defaultCorsPreflightOptions: {
        allowOrigins: ["*"],
        allowMethods: ["GET", "POST", "DELETE"],
        allowHeaders: ["content-type", "x-api-key", "idempotency-key"],
      },
      deployOptions: {
        stageName,
        tracingEnabled: target.kind === "aws",
        ...methodLogs,
        // A method with settings of its own has none of the stage's: they are said again.
        methodOptions: Object.fromEntries(
          routes
            .filter(({ keyless }) => keyless)
            .map(({ method, path }) => [
              `${path}/${method}`,
              { ...methodLogs, ...keylessThrottle },
            ]),
        ),
        accessLogDestination: new apigateway.LogGroupLogDestination(
          observability.logGroup("api-logs"),
        ),
        accessLogFormat: apigateway.AccessLogFormat.jsonWithStandardFields(),
      },
    });
    // The construct adds an output of its own, under a name that nobody can remember.
    this.api.node.tryRemoveChild("Endpoint");
    this.api.deploymentStage.node.addDependency(account);
    // API Gateway finds its log of errors by this name, and would make one that keeps its lines for ever.
    const errors = `API-Gateway-Execution-Logs_${this.api.restApiId}/${stageName}`;
    this.api.deploymentStage.node.addDependency(observability.logGroup("api-errors", errors));

    for (const { method, path, step, keyless } of routes) {
      this.api.root
        .resourceForPath(path)
        .addMethod(
          method,
          new apigateway.LambdaIntegration(functions.of(step), { allowTestInvoke: false }),
          {
            apiKeyRequired: !keyless,
          },
        );
    }
    addRefusals(this.api);

    this.usagePlan = this.api.addUsagePlan("Plan", {
      name: Stack.of(this).stackName,
      description: "Every key made by `npm run sluice -- keys create`",
      apiStages: [{ stage: this.api.deploymentStage }],
      throttle: { rateLimit: settings.RATE_LIMIT, burstLimit: settings.BURST_LIMIT },
      quota: { limit: settings.DAILY_QUOTA, period: apigateway.Period.DAY },
    });
    this.url =
      target.kind === "aws"
        ? `https://${this.api.restApiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}/v1`
        : `${target.endpointUrl}/restapis/${this.api.restApiId}/v1/_user_request_`;
    this.#explain();
  }

  /**
   * API Gateway writes logs by one role per account and region. It stays when
   * the stack goes: without it every other API there would lose its logs.
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
      "The role serves every API of the account and region, as the service asks; AWS maintains this policy for it.",
    );
    const account = new apigateway.CfnAccount(this, "Account", { cloudWatchRoleArn: role.roleArn });
    if (target.kind === "aws") {
      role.applyRemovalPolicy(RemovalPolicy.RETAIN);
      account.applyRemovalPolicy(RemovalPolicy.RETAIN);
    }
    return account;
  }

  #explain(): void {
    explain(
      this.api,
      "AwsSolutions-APIG2",
      "Each step validates its whole input with a zod schema, the one that OpenAPI is generated from, and answers with the paths of what is wrong.",
    );
    explain(
      this.api,
      "AwsSolutions-APIG3",
      "A key is asked for before any work, and the usage plan bounds each key; the three calls that need none are throttled by the stage. A web ACL costs a fixed price a month, which is the account's choice.",
    );
    const reason =
      "Callers are machines with API keys; each step looks the key's hash up and confines the call to its tenant. /openapi.json and the console's page are public and hold no data.";
    explain(this.api, "AwsSolutions-APIG4", reason);
    explain(this.api, "AwsSolutions-COG4", reason);
  }
}
