import type {
  APIGatewayAuthorizerResult,
  APIGatewayRequestAuthorizerEvent,
  Context,
} from "aws-lambda";
import { deployment } from "../../platform/deployment.ts";
import { log } from "../../platform/log.ts";
import { authorize } from "./authorize.ts";
import { createTokenVerifier } from "./token-verifier.ts";

const { settings } = deployment;
const tokens = createTokenVerifier(
  settings.JWT_ISSUER ?? "",
  (settings.JWT_AUDIENCE ?? "").split(",").map((one) => one.trim()),
);

export const handler = (
  event: APIGatewayRequestAuthorizerEvent,
  context: Context,
): Promise<APIGatewayAuthorizerResult> => {
  log.resetKeys();
  log.appendKeys({ request_id: event.requestContext?.requestId ?? context.awsRequestId });
  return authorize(event, tokens, settings);
};
