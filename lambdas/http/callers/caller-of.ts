/** Who calls: by the deployment's setting `AUTH`, and by nothing else that a request may carry. */
import type { APIGatewayProxyEvent } from "aws-lambda";
import { forbidden } from "../../contract/refusals.ts";
import type { Settings } from "../../platform/settings.ts";
import type { Caller, KeyStore } from "../../records/api-keys/api-keys.ts";
import { headersOf } from "../request/headers.ts";
import { callerOfPrincipal } from "./principal.ts";
import type { RequestCaller } from "./request-caller.ts";
import { callerOfToken } from "./token.ts";

/** @throws RequestRefusedError `forbidden` if the caller is nobody's */
export async function callerOf(
  event: APIGatewayProxyEvent,
  keys: KeyStore,
  settings: Settings,
): Promise<RequestCaller> {
  switch (settings.AUTH) {
    case "key":
      return callerOfKey(event, keys);
    case "jwt":
      return callerOfToken(event.requestContext?.authorizer, settings);
    case "iam":
      return callerOfPrincipal(event.requestContext?.identity?.userArn, settings.IAM_CALLERS);
  }
}

/** The gateway has checked that the key exists and is within its plan. The item says which tenant owns it. */
async function callerOfKey(event: APIGatewayProxyEvent, keys: KeyStore): Promise<Caller> {
  const key = headersOf(event)["x-api-key"];
  const caller = key === undefined ? undefined : await keys.callerOf(key);
  if (caller !== undefined) return caller;
  throw forbidden(
    "api_key",
    "This API key does not belong to a tenant. Create a key with `npm run sluice -- keys create --tenant NAME` and send it in the x-api-key header.",
  );
}
