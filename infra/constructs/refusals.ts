/** What API Gateway itself answers, in the envelope of every other error. */

import { ResponseType, type RestApi } from "aws-cdk-lib/aws-apigateway";

interface Refusal {
  readonly type: ResponseType;
  readonly statusCode?: number;
  readonly code: string;
  readonly error: string;
}

const refusals: readonly Refusal[] = [
  {
    // What the gateway says of a path or method that does not exist.
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    statusCode: 404,
    code: "not_found",
    error: "There is no such path or method. GET /v1/openapi.json lists them all.",
  },
  {
    type: ResponseType.INVALID_API_KEY,
    statusCode: 403,
    code: "forbidden",
    error: "This call needs a valid API key in the header x-api-key.",
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    statusCode: 413,
    code: "document_too_large",
    error: "The request is too large. Upload the document: POST /v1/uploads.",
  },
  {
    type: ResponseType.UNSUPPORTED_MEDIA_TYPE,
    statusCode: 415,
    code: "unsupported_type",
    error: "The content type is not supported.",
  },
  {
    type: ResponseType.THROTTLED,
    statusCode: 429,
    code: "throttled",
    // Also what is said where no key is needed.
    error: "Too many requests at once. Wait and try again, or have the key's usage plan raised.",
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    statusCode: 429,
    code: "quota_exceeded",
    error:
      "This key's requests of today are used up. Wait and try again, or have the usage plan raised.",
  },
  {
    type: ResponseType.ACCESS_DENIED,
    statusCode: 403,
    code: "forbidden",
    error: "Access is denied.",
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    statusCode: 503,
    code: "unavailable",
    error: "No answer in time. Try again.",
  },
  {
    type: ResponseType.INTEGRATION_FAILURE,
    statusCode: 503,
    code: "unavailable",
    error: "The service cannot answer now. Try again.",
  },
  {
    type: ResponseType.DEFAULT_4XX,
    code: "invalid_request",
    error: "The request cannot be understood.",
  },
  { type: ResponseType.DEFAULT_5XX, code: "unavailable", error: "The service failed. Try again." },
];

export function addRefusals(api: RestApi): void {
  for (const { type, statusCode, code, error } of refusals) {
    const body = { error, code, request_id: "$context.requestId" };
    api.addGatewayResponse(type.responseType, {
      type,
      ...(statusCode === undefined ? {} : { statusCode: String(statusCode) }),
      // As the steps' own answers: a page shall read why it was refused.
      responseHeaders: { "Access-Control-Allow-Origin": "'*'" },
      templates: { "application/json": JSON.stringify(body) },
    });
  }
}
