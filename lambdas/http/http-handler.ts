/** The middleware stack of every function behind the API. */
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type * as z from "zod";
import { maxInlineBytes } from "../contract/limits.ts";
import { invalidRequest, RequestRefusedError, refusalStatus } from "../contract/refusals.ts";
import { inPlainWords } from "../contract/validation-messages.ts";
import { documentIdPattern } from "../contract/vocabulary.ts";
import { log } from "../platform/log.ts";
import { untilKilled } from "../platform/tasks/deadline.ts";
import type { Caller, KeyStore } from "../records/api-keys/api-keys.ts";

export interface HttpRequest<Body, Query, Headers> {
  readonly caller: Caller;
  readonly body: Body;
  readonly query: Query;
  readonly headers: Headers;
  readonly path: Readonly<Record<string, string>>;
  /** The body as it was sent. */
  readonly rawBody: string;
  readonly requestId: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Sent as JSON; a string is sent as it is, under its own `content-type`. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpRoute<Body, Query, Headers> {
  /** Who calls; left out for routes that need no key, whose caller is nobody. */
  readonly keys?: KeyStore;
  readonly body?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /** Over the headers' names in lower case. */
  readonly headers?: z.ZodType<Headers>;
  answer(request: HttpRequest<Body, Query, Headers>): Promise<HttpAnswer>;
}

export type HttpHandler = (
  event: APIGatewayProxyEvent,
  context: Context,
) => Promise<APIGatewayProxyResult>;

const nobody: Caller = { tenant: "", role: "tenant" };

/** @returns a Lambda handler that answers every error in the API's envelope */
export function httpHandler<Body = undefined, Query = unknown, Headers = unknown>(
  route: HttpRoute<Body, Query, Headers>,
): HttpHandler {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>(untilKilled)
    .use(correlatedLogs)
    .use(errorEnvelope)
    .handler(async (event, context) => {
      const caller = route.keys === undefined ? nobody : await callerOf(event, route.keys);
      const rawBody = bodyOf(event);
      const answer = await route.answer({
        caller,
        rawBody,
        body: (route.body ? parse(route.body, readJson(event, rawBody)) : undefined) as Body,
        query: (route.query
          ? parse(route.query, event.queryStringParameters ?? {})
          : undefined) as Query,
        headers: (route.headers ? parse(route.headers, headersOf(event)) : undefined) as Headers,
        path: pathOf(event),
        requestId: context.awsRequestId,
      });
      return toResult(answer);
    });
}

function toResult(answer: HttpAnswer): APIGatewayProxyResult {
  const { body } = answer;
  return {
    statusCode: answer.status,
    headers: {
      ...(typeof body === "string" ? {} : { "content-type": "application/json" }),
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "Location, Retry-After",
      ...answer.headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  };
}

function headersOf(event: APIGatewayProxyEvent): Record<string, string | undefined> {
  const entries = Object.entries(event.headers ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * The ids in the path. API Gateway hands them over as they stand in the URL,
 * where clients write `:` as `%3A`; emulators decode them first. No id has a
 * `%` in it, so that decoding twice does no harm.
 * @throws RequestRefusedError `not_found` for what cannot be an id of anything
 */
function pathOf(event: APIGatewayProxyEvent): Record<string, string> {
  const entries = Object.entries(event.pathParameters ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name, idOf(value ?? "")]));
}

function idOf(encoded: string): string {
  const id = decoded(encoded);
  if (documentIdPattern.test(id)) return id;
  // Of what it is the id is known to the route alone.
  const shown = id.length > 140 ? `${id.slice(0, 140)}…` : id;
  throw new RequestRefusedError("not_found", `Nothing has the id ${shown}.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The API has checked that the key exists and is within its plan; the item says whose it is. */
async function callerOf(event: APIGatewayProxyEvent, keys: KeyStore): Promise<Caller> {
  const key = headersOf(event)["x-api-key"];
  const caller = key === undefined ? undefined : await keys.callerOf(key);
  if (caller !== undefined) return caller;
  throw new RequestRefusedError(
    "forbidden",
    "This API key belongs to no tenant: send a key made by `npm run sluice -- keys create --tenant NAME` in the x-api-key header.",
  );
}

/** Other bytes would be replaced without a word, and a document stored that nobody sent. */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function bodyOf(event: APIGatewayProxyEvent): string {
  const body = event.body ?? "";
  if (!event.isBase64Encoded) return body;
  try {
    return decoder.decode(Buffer.from(body, "base64"));
  } catch {
    const message = "The body is not UTF-8 text; convert it and send it again";
    throw invalidRequest([{ path: "", message }]);
  }
}

function readJson(event: APIGatewayProxyEvent, rawBody: string): unknown {
  const type = headersOf(event)["content-type"];
  if (type !== undefined && !/^application\/([a-z.-]+\+)?json\b/i.test(type)) {
    throw new RequestRefusedError(
      "unsupported_type",
      `A request body of type ${type} cannot be read; send application/json.`,
    );
  }
  const sizeBytes = Buffer.byteLength(rawBody);
  if (sizeBytes > maxInlineBytes) {
    throw new RequestRefusedError(
      "document_too_large",
      `The request has ${sizeBytes} bytes; ${maxInlineBytes} can be sent inline. Send larger documents through POST /v1/uploads.`,
      { size_bytes: sizeBytes, max_bytes: maxInlineBytes, upload_url: "/v1/uploads" },
    );
  }
  try {
    return JSON.parse(rawBody);
  } catch {
    const message = rawBody === "" ? "is missing; send a JSON object" : "is not valid JSON";
    throw invalidRequest([{ path: "", message: `The body ${message}` }]);
  }
}

/** @throws RequestRefusedError `invalid_request` that names every place that is wrong */
function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input, { error: inPlainWords });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  // One value can miss two bounds, which are told in the same words.
  throw invalidRequest([
    ...new Map(issues.map((issue) => [JSON.stringify(issue), issue])).values(),
  ]);
}

const correlatedLogs: MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> = {
  before: ({ event, context }) => {
    log.resetKeys();
    log.appendKeys({
      request_id: context.awsRequestId,
      route: `${event.httpMethod} ${event.resource}`,
    });
  },
};

const errorEnvelope: MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> = {
  onError: (request) => {
    const refusal = refusalFor(request.error);
    const { code, message, details, retryAfterSeconds } = refusal;
    const status = refusalStatus[code];
    if (status >= 500) log.warn("refused", { code, details, error: request.error as Error });
    request.response = toResult({
      status,
      body: { error: message, code, request_id: request.context.awsRequestId, ...details },
      ...(retryAfterSeconds === undefined
        ? {}
        : { headers: { "retry-after": String(retryAfterSeconds) } }),
    });
  },
};

/** Anything unforeseen is `unavailable`: its cause is in the log, under the request's id. */
function refusalFor(error: unknown): RequestRefusedError {
  if (error instanceof RequestRefusedError) return error;
  return new RequestRefusedError(
    "unavailable",
    "Something the request needs did not answer. Send it again in a moment; if it stays, look up the request_id in the logs.",
    {},
    1,
  );
}

/** A function for several routes of one resource: by method and resource path. */
export function httpRouter(routes: Readonly<Record<string, HttpHandler>>): HttpHandler {
  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
    (routes[`${event.httpMethod} ${event.resource}`] ?? unknownRoute)(event, context);
}

/** Answers what no route does. */
export const unknownRoute: HttpHandler = httpHandler({
  answer: () =>
    Promise.reject(new RequestRefusedError("not_found", "This address does not exist.")),
});
