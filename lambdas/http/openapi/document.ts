/** The OpenAPI document, generated from the schemas that validate requests and describe responses. */
import * as z from "zod";
import { errorSchema } from "../../contract/errors.ts";
import { type RefusalCode, refusalStatus } from "../../contract/refusals.ts";
import { type Operation, operations, type TextAnswer } from "./operations.ts";

type Json = Record<string, unknown>;

/** Refusals that any call can get from the gateway or the service. */
const everyCall: readonly RefusalCode[] = ["throttled", "unavailable"];
/** Refusals that any call with a key can get. */
const keyedCall: readonly RefusalCode[] = ["forbidden", "quota_exceeded"];

/** @returns OpenAPI 3.1; its paths are below the stage `v1` */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation) };
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Sluice",
      version: "1",
      description:
        "Document ingestion: send a document, follow its job, search what was stored. Every error has the form of `Error`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/v1" }],
    security: [{ apiKey: [] }],
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes: { apiKey: { type: "apiKey", in: "header", name: "x-api-key" } },
    },
  };
}

function describe(operation: Operation): Json {
  const { summary, description, id, keyless, body, file } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    ...(keyless ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { ...contentOf(body), ...(file ? fileContent : {}) },
          },
        }),
    responses: { ...successes(operation), ...refusals(operation) },
  };
}

function parametersOf({ path, query, headers = {} }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const { properties = {} } = query === undefined ? {} : z.toJSONSchema(query, { io: "input" });
  const inQuery = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: "query",
    schema,
  }));
  const inHeader = Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    description,
    schema: { type: "string" },
  }));
  return [...inPath, ...inQuery, ...inHeader];
}

const statusNames: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  303: "See Other",
};

function successes({ answers }: Operation): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      { description: statusNames[Number(status)], content: contentOf(schema) },
    ]),
  );
}

/** One response per status, with the error codes it can have. */
function refusals({ keyless, refusals: own = [] }: Operation): Record<string, Json> {
  const codes = [...own, ...everyCall, ...(keyless ? [] : keyedCall)];
  const byStatus = Map.groupBy(codes, (code) => refusalStatus[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      {
        description: of.map((code) => `\`${code}\``).join(", "),
        content: contentOf(errorSchema),
        ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
      },
    ]),
  );
}

const retryAfter = {
  "Retry-After": { description: "Seconds", schema: { type: "integer", minimum: 0 } },
};

/** Any supported type. */
const fileContent = {
  "application/octet-stream": { schema: { type: "string", format: "binary" } },
} as const;

const textTypes = { text: "text/plain", html: "text/html", file: "text/*" } as const;

function isText(schema: z.ZodType | "any" | TextAnswer): schema is TextAnswer {
  return typeof schema === "string" && schema in textTypes;
}

function contentOf(schema: z.ZodType | "any" | TextAnswer): Json {
  if (isText(schema)) return { [textTypes[schema]]: { schema: { type: "string" } } };
  const id = schema === "any" ? undefined : z.globalRegistry.get(schema)?.id;
  if (schema !== "any" && id === undefined) {
    throw new Error("A body's schema has no name to refer to. Give it an id with `.meta({ id })`.");
  }
  const described = id === undefined ? { type: "object" } : { $ref: `#/components/schemas/${id}` };
  return { "application/json": { schema: described } };
}

function componentSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    // Clients can leave out fields with a default; `output` would require them.
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [name, schema]),
  );
}
