/** API Gateway's own error responses, in the envelope of all other errors. */

import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";
import type { RefusalReason } from "../../lambdas/contract/refusals.ts";
import { originsOf } from "../../lambdas/platform/cors-origins.ts";
import type { Settings } from "../../lambdas/platform/settings.ts";

interface Refusal {
  readonly type: ResponseType;
  readonly statusCode?: number;
  readonly code: string;
  readonly error: string;
  readonly reason?: RefusalReason;
  /** Whether the cause may be a body that is too large. @default false */
  readonly uploadInstead?: true;
}

/**
 * Lambda refuses an event over 6 MB, and the gateway has no response of its own for that: it answers
 * as for any failed integration. A request over 10 MB ends before these responses apply.
 */
const orTooLarge =
  "If the request's body has more than 4 MB, upload it with POST /v1/uploads instead.";

/**
 * The gateway has no response of its own for an unknown path or method: it judges the request as one
 * that should be signed, and takes a bearer token for a bad signature.
 */
const unknownPath: readonly Refusal[] = [
  ResponseType.MISSING_AUTHENTICATION_TOKEN,
  ResponseType.INVALID_SIGNATURE,
  ResponseType.EXPIRED_TOKEN,
].map((type) => ({ type, ...unknownCall() }));

function unknownCall() {
  return {
    statusCode: 404,
    code: "not_found",
    error: "This path or method does not exist. GET /v1/openapi.json lists all calls.",
  } as const;
}

/** Refusals of callers whom the gateway does not know. */
function ofCallers({ AUTH, JWT_ISSUER = "", JWT_AUDIENCE = "" }: Settings): readonly Refusal[] {
  switch (AUTH) {
    case "key":
      return [
        ...unknownPath,
        {
          type: ResponseType.INVALID_API_KEY,
          statusCode: 403,
          code: "forbidden",
          error: "This call needs a valid API key in the x-api-key header.",
          reason: "api_key",
        },
        {
          type: ResponseType.ACCESS_DENIED,
          statusCode: 403,
          code: "forbidden",
          error: "Access denied. Check the API key.",
          reason: "api_key",
        },
      ];
    case "jwt":
      return [
        ...unknownPath,
        {
          type: ResponseType.UNAUTHORIZED,
          statusCode: 401,
          code: "unauthenticated",
          error: `This call needs a valid token in the header \`Authorization: Bearer TOKEN\`. It must be signed by ${JWT_ISSUER}, be for ${JWT_AUDIENCE.replaceAll(/\s*,\s*/g, " or ")}, and not have expired. Get a new one.`,
          reason: "token",
        },
        {
          type: ResponseType.ACCESS_DENIED,
          statusCode: 403,
          code: "forbidden",
          error: "Access denied. Check the token.",
          reason: "token",
        },
        ...[ResponseType.AUTHORIZER_FAILURE, ResponseType.AUTHORIZER_CONFIGURATION_ERROR].map(
          (type) => ({
            type,
            statusCode: 503,
            code: "unavailable",
            error:
              "The token could not be checked, because the keys of its issuer could not be read. Try again.",
          }),
        ),
      ];
    case "iam":
      return [
        {
          // The gateway has one response for an unknown path and for a request that is not signed.
          type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
          statusCode: 401,
          code: "unauthenticated",
          error:
            "This call is not signed, or it does not exist. Sign it by AWS Signature Version 4 for the service execute-api. GET /v1/openapi.json lists all calls.",
          reason: "signature",
        },
        ...[ResponseType.INVALID_SIGNATURE, ResponseType.EXPIRED_TOKEN].map(
          (type): Refusal => ({
            type,
            statusCode: 401,
            code: "unauthenticated",
            error:
              "The signature of this call is not valid, or its credentials have expired. Sign it again by AWS Signature Version 4 for the service execute-api.",
            reason: "signature",
          }),
        ),
        {
          type: ResponseType.ACCESS_DENIED,
          statusCode: 403,
          code: "forbidden",
          error:
            "IAM does not allow this principal the action execute-api:Invoke on this call. Change its policies.",
          reason: "policy",
        },
      ];
  }
}

const ofAnyCall: readonly Refusal[] = [
  { type: ResponseType.RESOURCE_NOT_FOUND, ...unknownCall() },
  {
    type: ResponseType.WAF_FILTERED,
    statusCode: 403,
    code: "forbidden",
    error: "The web ACL of this deployment does not let this request through. Ask its operator.",
    reason: "web_acl",
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    statusCode: 413,
    code: "document_too_large",
    error: "The request is too large. Upload the document with POST /v1/uploads.",
    uploadInstead: true,
  },
  {
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    statusCode: 415,
    code: "unsupported_type",
    error: "This content type is not supported. Send application/json.",
  },
  {
    type: ResponseType.THROTTLED,
    statusCode: 429,
    code: "throttled",
    // Also sent for calls without a key.
    error: "Too many requests at once. Wait and try again, or ask the operator to raise the limit.",
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    statusCode: 429,
    code: "quota_exceeded",
    error:
      "This key has used all its requests for today. Try again tomorrow, or ask the operator to raise the limit.",
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    statusCode: 503,
    code: "unavailable",
    error: "The request timed out. Try again.",
  },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    statusCode: 503,
    code: "unavailable",
    error: `The service is not available right now. Try again. ${orTooLarge}`,
    uploadInstead: true,
  },
  {
    type: ResponseType.API_CONFIGURATION_ERROR,
    statusCode: 503,
    code: "unavailable",
    error: `The request could not be handed to the service. Try again. ${orTooLarge}`,
    uploadInstead: true,
  },
  {
    type: ResponseType.DEFAULT_4XX,
    code: "invalid_request",
    error: "The request is invalid.",
  },
  { type: ResponseType.DEFAULT_5XX, code: "unavailable", error: "The service failed. Try again." },
];

/**
 * The gateway's responses can copy a header of the request but cannot compare it with a list. They
 * hold no data, so of several origins any may read them.
 */
function allowedOrigin(corsOrigins: string): string {
  const origins = originsOf(corsOrigins);
  return origins.length === 1 ? `'${origins[0]}'` : "method.request.header.Origin";
}

export function addRefusals(api: RestApi, settings: Settings): void {
  const corsOrigins = settings.CORS_ORIGINS;
  const refusals = [...ofCallers(settings), ...ofAnyCall];
  for (const { type, statusCode, code, error, reason, uploadInstead } of refusals) {
    const upload = uploadInstead ? { upload_url: "/v1/uploads" } : {};
    const why = reason === undefined ? {} : { reason };
    const body = { error, code, request_id: "$context.requestId", ...why, ...upload };
    api.addGatewayResponse(type.responseType, {
      type,
      ...(statusCode === undefined ? {} : { statusCode: String(statusCode) }),
      // Like the responses of the steps: a page can read why it was refused.
      responseHeaders: {
        "Access-Control-Allow-Origin": allowedOrigin(corsOrigins),
        ...(corsOrigins === "*" ? {} : { Vary: "'Origin'" }),
      },
      templates: { "application/json": JSON.stringify(body) },
    });
  }
}
