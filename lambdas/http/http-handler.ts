/** The middleware of every function behind the API. */
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import type * as z from "zod";
import type { ErrorAnswer } from "../contract/errors.ts";
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
  /** The body exactly as sent. */
  readonly rawBody: string;
  /** The body, if it is a file and not JSON. */
  readonly file?: SentFile;
  readonly requestId: string;
}

export interface SentFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

export interface HttpAnswer {
  readonly status: number;
  /** Sent as JSON. A string is sent unchanged, with its own `content-type`. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface HttpRoute<Body, Query, Headers> {
  /** Identifies the caller. Left out for routes without a key. */
  readonly keys?: KeyStore;
  readonly body?: z.ZodType<Body>;
  /** Reads the query in place of the body, if the body is a file: one that is not JSON. */
  readonly aboutFile?: z.ZodType<Body>;
  readonly query?: z.ZodType<Query>;
  /** Validates the headers; names are in lower case. */
  readonly headers?: z.ZodType<Headers>;
  answer(request: HttpRequest<Body, Query, Headers>): Promise<HttpAnswer>;
}

export type HttpHandler = (
  event: APIGatewayProxyEvent,
  context: Context,
) => Promise<APIGatewayProxyResult>;

const nobody: Caller = { tenant: "", role: "tenant" };

/** @returns a Lambda handler that sends every error in the API's envelope */
export function httpHandler<Body = undefined, Query = unknown, Headers = unknown>(
  route: HttpRoute<Body, Query, Headers>,
): HttpHandler {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>(untilKilled)
    .use(correlatedLogs)
    .use(errorEnvelope)
    .handler(async (event, context) => {
      const caller = route.keys === undefined ? nobody : await callerOf(event, route.keys);
      const file = route.aboutFile === undefined ? undefined : fileOf(event);
      const rawBody = file === undefined ? bodyOf(event) : "";
      const answer = await route.answer({
        caller,
        rawBody,
        ...(file === undefined ? {} : { file }),
        body: (file !== undefined && route.aboutFile
          ? parse(route.aboutFile, event.queryStringParameters ?? {})
          : route.body
            ? parse(route.body, readJson(event, rawBody))
            : undefined) as Body,
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
  const shown = id.length > 140 ? `${id.slice(0, 140)}…` : id;
  throw new RequestRefusedError("not_found", `No resource has the id ${shown}. Check the id.`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The gateway has checked that the key exists and is within its plan. The item says which tenant owns it. */
async function callerOf(event: APIGatewayProxyEvent, keys: KeyStore): Promise<Caller> {
  const key = headersOf(event)["x-api-key"];
  const caller = key === undefined ? undefined : await keys.callerOf(key);
  if (caller !== undefined) return caller;
  throw new RequestRefusedError(
    "forbidden",
    "This API key does not belong to a tenant. Create a key with `npm run sluice -- keys create --tenant NAME` and send it in the x-api-key header.",
  );
}

/**
 * Fatal, because the decoder would otherwise replace invalid bytes and the stored document would
 * differ from the one sent.
 */
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function bodyOf(event: APIGatewayProxyEvent): string {
  const body = event.body ?? "";
  if (!event.isBase64Encoded) return body;
  try {
    return decoder.decode(Buffer.from(body, "base64"));
  } catch {
    const message = "has a body that is not UTF-8 text. Convert it to UTF-8 and send it again";
    throw invalidRequest([{ path: "", message }]);
  }
}

/** A body that says that it is something else than JSON. */
function fileOf(event: APIGatewayProxyEvent): SentFile | undefined {
  const contentType = headersOf(event)["content-type"];
  if (contentType === undefined || isJson(contentType)) return undefined;
  const bytes = Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8");
  refuseTooLarge(bytes.length);
  return { bytes, contentType };
}

function isJson(contentType: string): boolean {
  return /^application\/([a-z.-]+\+)?json\b/i.test(contentType);
}

function readJson(event: APIGatewayProxyEvent, rawBody: string): unknown {
  const type = headersOf(event)["content-type"];
  if (type !== undefined && !isJson(type)) {
    throw new RequestRefusedError(
      "unsupported_type",
      `A request body of type ${type} is not supported. Send application/json.`,
    );
  }
  refuseTooLarge(Buffer.byteLength(rawBody));
  const body = parseJson(rawBody);
  const path = pathOfProto(body);
  if (path === undefined) return body;
  const message = "is not allowed as a field name; rename the field";
  throw invalidRequest([{ path, message }]);
}

/** @throws RequestRefusedError `document_too_large` */
function refuseTooLarge(sizeBytes: number): void {
  if (sizeBytes <= maxInlineBytes) return;
  throw new RequestRefusedError(
    "document_too_large",
    `The request has ${sizeBytes} bytes; the limit for a request's body is ${maxInlineBytes} bytes. Upload larger documents with POST /v1/uploads.`,
    { size_bytes: sizeBytes, max_bytes: maxInlineBytes, upload_url: "/v1/uploads" },
  );
}

function parseJson(rawBody: string): unknown {
  try {
    return JSON.parse(rawBody);
  } catch {
    const message =
      rawBody === "" ? "has no body. Send a JSON object" : "has a body that is not valid JSON";
    throw invalidRequest([{ path: "", message }]);
  }
}

/**
 * Schemas leave out a field named `__proto__` without a word, so it is looked for before them.
 * Without recursion: a body may be nested deeper than the stack.
 */
function pathOfProto(body: unknown): string | undefined {
  const waiting = [{ value: body, path: "" }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next.value !== "object" || next.value === null) continue;
    for (const [name, value] of Object.entries(next.value)) {
      const path = next.path === "" ? name : `${next.path}.${name}`;
      if (name === "__proto__") return path;
      if (typeof value === "object")
        waiting.push({ value: value as unknown, path: path.slice(0, 200) });
    }
  }
  return undefined;
}

/** @throws RequestRefusedError `invalid_request` that lists every invalid field */
export function parse<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = schema.safeParse(input, { error: inPlainWords });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => ({
    path: path.join("."),
    message,
  }));
  // One value can violate two bounds; both produce the same message.
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
    request.response = toResult(errorAnswer(request.error, request.context.awsRequestId));
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
  answer: () =>
    Promise.reject(
      new RequestRefusedError(
        "not_found",
        "This URL does not exist. GET /v1/openapi.json lists all routes.",
      ),
    ),
});
