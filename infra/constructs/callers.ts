/** What the gateway asks of a caller, by the setting `AUTH`. */
import { Duration } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigateway";
import type { Construct } from "constructs";
import { tokenCacheSeconds } from "../../lambdas/http/authorizer/limits.ts";
import type { Settings } from "../../lambdas/platform/settings.ts";
import type { Functions } from "./functions.ts";

/** The options of each method that not everybody may call. */
export function callerCheck(
  scope: Construct,
  { AUTH }: Settings,
  functions: Functions,
): apigateway.MethodOptions {
  switch (AUTH) {
    case "key":
      return { apiKeyRequired: true };
    case "jwt":
      return {
        authorizationType: apigateway.AuthorizationType.CUSTOM,
        // Of a request and not of a token alone: only so does the function know the request's id.
        authorizer: new apigateway.RequestAuthorizer(scope, "Tokens", {
          handler: functions.live("authorizer"),
          // A request without the header is refused, and no function runs.
          identitySources: [apigateway.IdentitySource.header("Authorization")],
          resultsCacheTtl: Duration.seconds(tokenCacheSeconds),
        }),
      };
    case "iam":
      return { authorizationType: apigateway.AuthorizationType.IAM };
  }
}

/** Without keys there is no usage plan: the stage bounds each call, over all callers. */
export function stageThrottle({
  AUTH,
  RATE_LIMIT,
  BURST_LIMIT,
}: Settings): Pick<apigateway.StageOptions, "throttlingRateLimit" | "throttlingBurstLimit"> {
  return AUTH === "key"
    ? {}
    : { throttlingRateLimit: RATE_LIMIT, throttlingBurstLimit: BURST_LIMIT };
}

/** Headers by which a page may show who calls. */
export function callerHeaders({ AUTH }: Settings): readonly string[] {
  switch (AUTH) {
    case "key":
      return ["x-api-key"];
    case "jwt":
      return ["authorization"];
    case "iam":
      return ["authorization", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"];
  }
}
