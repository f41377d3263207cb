/** The middleware of every function behind the API. */
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import * as z from "zod";
import type { ErrorAnswer } from "../contract/errors.ts";
import { RequestRefusedError, refusalStatus } from "../contract/refusals.ts";
import { shown } from "../contract/shown.ts";
import { documentIdPattern } from "../contract/vocabulary.ts";
import { corsHeaders } from "../platform/cors-origins.ts";
import { deployment } from "../platform/deployment.ts";
import { log } from "../platform/log.ts";
import { untilKilled } from "../platform/tasks/deadline.ts";
import type { KeyStore } from "../records/api-keys/api-keys.ts";
import { audit } from "./audit.ts";
import { callerOf } from "./callers/caller-of.ts";
import type { RequestCaller } from "./callers/request-caller.ts";
import { fileBody, jsonBody, type SentFile, textBody } from "./request/body.ts";
import { headersOf } from "./request/headers.ts";
import { ofQuery, parse } from "./request/parse.ts";
import { queryOf } from "./request/query.ts";

export interface HttpRequest<Body, Query, Headers> {
  readonly caller: RequestCaller;
  readonly body: Body;
  readonly query: Query;
  readonly headers: Headers;
  readonly path: Readonly<Record<string, string>>;
  /** The body exactly as sent. */
  readonly rawBody: string;
  /** The body, if it is a file and not JSON. */
  readonly file?: SentFile;
  readonly requestId: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Sent as JSON. A string is sent unchanged, with its own `content-type`. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpRoute<Body, Query, Headers> {
  /** Identifies the caller, if callers have keys. Left out for routes that anybody may call. */
  readonly keys?: KeyStore;
  readonly body?: z.ZodType<Body>;
  /** Reads the query in place of the body, if the body is a file: one that is not JSON. */
  readonly aboutFile?: z.ZodType<Body>;
  /** @default the call has no parameters, and any is refused; the query of a page is not looked at */
  readonly query?: z.ZodType<Query> | "ignored";
  /** Validates the headers; names are in lower case. */
  readonly headers?: z.ZodType<Headers>;
  answer(request: HttpRequest<Body, Query, Headers>): Promise<HttpAnswer>;
}

export type HttpHandler = (
  event: APIGatewayProxyEvent,
  context: Context,
) => Promise<APIGatewayProxyResult>;

const noParameters = z.strictObject({});
const nobody: RequestCaller = { tenant: "", role: "tenant" };

/** @returns a Lambda handler that sends every error in the API's envelope */
export function httpHandler<Body = undefined, Query = unknown, Headers = unknown>(
  route: HttpRoute<Body, Query, Headers>,
): HttpHandler {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>(untilKilled)
    .use(correlatedLogs)
    .use(errorEnvelope)
    .handler(async (event, context) => {
      const caller =
        route.keys === undefined ? nobody : await callerOf(event, route.keys, deployment.settings);
      const file = route.aboutFile === undefined ? undefined : fileBody(event);
      const rawBody = file === undefined && route.body ? textBody(event) : "";
      const about = file === undefined ? undefined : route.aboutFile;
      const query = route.query === "ignored" ? {} : queryOf(event);
      const answer = await route.answer({
        caller,
        rawBody,
        ...(file === undefined ? {} : { file }),
        body: (about
          ? parse(about, query, ofQuery)
          : route.body
            ? parse(route.body, jsonBody(event, rawBody))
            : undefined) as Body,
        query: (about || route.query === "ignored"
          ? undefined
          : parse<unknown>(route.query ?? noParameters, query, ofQuery)) as Query,
        headers: (route.headers ? parse(route.headers, headersOf(event)) : undefined) as Headers,
        path: pathOf(event),
        requestId: requestIdOf(event, context),
      });
      audit(event, caller, answer);
      return toResult(event, answer);
    });
}

/** The gateway's id: the access log has it too, and a refusal by the gateway answers it. */
function requestIdOf(event: APIGatewayProxyEvent, context: Context): string {
  return event.requestContext?.requestId ?? context.awsRequestId;
}

function toResult(event: APIGatewayProxyEvent, answer: HttpAnswer): APIGatewayProxyResult {
  const { body } = answer;
  return {
    statusCode: answer.status,
    headers: {
      ...(typeof body === "string" ? {} : { "content-type": "application/json" }),
      "cache-control": "no-store",
      ...corsHeaders(deployment.settings.CORS_ORIGINS, headersOf(event)["origin"]),
      "access-control-expose-headers": "Location, Retry-After",
      ...answer.headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

/**
 * The ids in the path. API Gateway passes them percent-encoded, and clients encode `:` as `%3A`;
 * emulators decode them first. No id contains `%`, so decoding twice is harmless.
 * @throws RequestRefusedError `not_found` if the text cannot be an id
 */
function pathOf(event: APIGatewayProxyEvent): Record<string, string> {
  const entries = Object.entries(event.pathParameters ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, idOf(value ?? "")]));
}

function idOf(encoded: string): string {
  const id = decoded(encoded);
  if (documentIdPattern.test(id)) return id;
  // Only the route knows what kind of id it is.
  throw new RequestRefusedError("not_found", `No resource has the id ${shown(id)}. Check the id.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const correlatedLogs: MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> = {
  before: ({ event, context }) => {
    log.resetKeys();
    log.appendKeys({
      request_id: requestIdOf(event, context),
      function_request_id: context.awsRequestId,
      route: `${event.httpMethod} ${event.resource}`,
    });
  },
};

const errorEnvelope: MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> = {
  onError: (request) => {
    request.response = toResult(
      request.event,
      errorAnswer(request.error, requestIdOf(request.event, request.context)),
    );
  },
};

/** The one form of every error. */
export function errorAnswer(error: unknown, requestId: string): HttpAnswer & { body: ErrorAnswer } {
  const { code, message, details, retryAfterSeconds } = refusalFor(error);
  const status = refusalStatus[code];
  if (status >= 500) log.warn("refused", { code, details, error: error as Error });
  return {
    status,
    body: { error: message, code, request_id: requestId, ...details },
    ...(retryAfterSeconds === undefined
      ? {}
      : { headers: { "retry-after": String(retryAfterSeconds) } }),
  };
}

/** Any unexpected error becomes `unavailable`. Its cause is in the log, under the request's id. */
function refusalFor(error: unknown): RequestRefusedError {
  if (error instanceof RequestRefusedError) return error;
  return new RequestRefusedError(
    "unavailable",
    "A service that this request needs did not respond. Try again in a moment. If the error persists, search the logs for the request_id.",
    {},
    1,
  );
}

/** Routes one resource's requests by method and resource path. */
export function httpRouter(routes: Readonly<Record<string, HttpHandler>>): HttpHandler {
  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
    (routes[`${event.httpMethod} ${event.resource}`] ?? unknownRoute)(event, context);
}

/** Answers requests that match no route. */
export const unknownRoute: HttpHandler = httpHandler({
  query: "ignored",
  answer: () =>
    Promise.reject(
      new RequestRefusedError(
        "not_found",
        "This URL does not exist. GET /v1/openapi.json lists all routes.",
      ),
    ),
});
