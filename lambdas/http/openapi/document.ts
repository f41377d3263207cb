/** The OpenAPI document, generated from the schemas that validate requests and describe responses. */
import * as z from "zod";
import type { CallerKind } from "../../contract/callers.ts";
import { errorSchema } from "../../contract/errors.ts";
import { type RefusalCode, refusalStatus } from "../../contract/refusals.ts";
import { sourceNamePattern } from "../../contract/sources.ts";
import { documentIdPattern, ulidPattern } from "../../contract/vocabulary.ts";
import { errorExamples } from "./error-examples.ts";
import { examples } from "./examples.ts";
import type { Operation, Tag, TextAnswer } from "./operation.ts";
import { operations } from "./operations.ts";
import { forClients } from "./schemas-for-clients.ts";

type Json = Record<string, unknown>;

/** Refusals that any call can get from the gateway or the service. */
const everyCall: readonly RefusalCode[] = ["throttled", "unavailable"];
/** Refusals that any call with a key can get; an unknown query parameter is an invalid request. */
const keyedCall: readonly RefusalCode[] = [
  "invalid_request",
  "unauthenticated",
  "forbidden",
  "quota_exceeded",
];
/** Refusals of any call whose request has a body. */
const callWithBody: readonly RefusalCode[] = ["document_too_large", "unsupported_type"];

const tags: Readonly<Record<Tag, string>> = {
  Documents: "Send documents; list, read and remove what is stored",
  Jobs: "Follow, cancel and retry the work on documents",
  Search: "Find passages",
  Webhooks: "Signed requests to your own address when a job ends",
  Sources: "Buckets whose objects are ingested by themselves",
  Operations: "Queue, breakers, usage, metrics; pause and resume",
  Reference: "This document, and the web console",
};

/** How a caller shows who it is, by the setting `AUTH`. */
const schemes = {
  key: {
    apiKey: {
      type: "apiKey",
      in: "header",
      name: "x-api-key",
      description: "Begins with `sluice_`. `sluice keys create --tenant NAME` makes one",
    },
  },
  jwt: {
    token: {
      type: "http",
      scheme: "bearer",
      bearerFormat: "JWT",
      description: "With `SLUICE_AUTH=jwt`: a token of the deployment's issuer",
    },
  },
  iam: {
    // OpenAPI has no type for it; API Gateway's own documents name it so.
    signature: {
      type: "apiKey",
      in: "header",
      name: "Authorization",
      description: "With `SLUICE_AUTH=iam`: AWS Signature Version 4 for the service `execute-api`",
      "x-amazon-apigateway-authtype": "awsSigv4",
    },
  },
} as const satisfies Record<CallerKind, Json>;

/**
 * @param auth the deployment's kind of callers @default any of them, as each deployment has one
 * @returns OpenAPI 3.1; its paths are below the stage `v1`
 */
export function openApiDocument(auth?: CallerKind): Json {
  const securitySchemes: Json =
    auth === undefined ? { ...schemes.key, ...schemes.jwt, ...schemes.iam } : schemes[auth];
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
        "Document ingestion: send a document, follow its job, search what was stored. Every error has the form of `ErrorEnvelope`.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/v1" }],
    security: Object.keys(securitySchemes).map((name) => ({ [name]: [] })),
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: componentSchemas(),
      securitySchemes,
    },
  };
}

function describe(operation: Operation): Json {
  const { summary, description, id, tag, keyless, body, file } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(description === undefined ? {} : { description }),
    ...(keyless ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { ...contentOf(body, examples[id]?.request), ...(file ? fileContent : {}) },
          },
        }),
    responses: { ...successes(operation), ...refusals(operation) },
  };
}

/** JSON Schema has no flags; the patterns of ids have none. */
const idPatterns = {
  job: ulidPattern.source,
  document: documentIdPattern.source,
  source: sourceNamePattern.source,
} as const;

function parametersOf({ path, pathId, query, headers }: Operation): Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: {
      type: "string",
      ...(pathId === undefined ? {} : { pattern: idPatterns[pathId] }),
    },
  }));
  return [...inPath, ...fieldsIn("query", query), ...fieldsIn("header", headers)];
}

function fieldsIn(place: "query" | "header", of: z.ZodObject | undefined): Json[] {
  if (of === undefined) return [];
  const { properties = {} } = forClients(z.toJSONSchema(of, { io: "input" }));
  return Object.entries(properties as Record<string, Json>).map(([name, schema]) => {
    const { description, ...rest } = schema;
    return {
      name: place === "header" ? inTitleCase(name) : name,
      in: place,
      ...(description === undefined ? {} : { description }),
      schema: rest,
    };
  });
}

function inTitleCase(name: string): string {
  return name.replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

const statusNames: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  303: "See Other",
};

function successes({ answers, id, location }: Operation): Record<string, Json> {
  return Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: statusNames[Number(status)],
        ...(location !== undefined && ["202", "303"].includes(status)
          ? { headers: { Location: { description: location, schema: { type: "string" } } } }
          : {}),
        content: contentOf(schema, examples[id]?.answers[Number(status)]),
      },
    ]),
  );
}

/** One response per status, with the error codes it can have and an example of each. */
function refusals({ keyless, body, refusals: own = [] }: Operation): Record<string, Json> {
  const ofBody = body === undefined ? [] : callWithBody;
  const codes = new Set([...own, ...ofBody, ...everyCall, ...(keyless ? [] : keyedCall)]);
  const byStatus = Map.groupBy(codes, (code) => refusalStatus[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, of]) => [
      String(status),
      {
        description: of.map((code) => `\`${code}\``).join(", "),
        content: {
          "application/json": {
            schema: referenceTo(errorSchema),
            examples: Object.fromEntries(of.map((code) => [code, { value: errorExamples[code] }])),
          },
        },
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

function contentOf(schema: z.ZodType | "any" | TextAnswer, example?: unknown): Json {
  const shownExample = example === undefined ? {} : { example };
  if (schema === "any") return { "application/json": { schema: { type: "object" } } };
  if (typeof schema === "string") {
    return { [schema]: { schema: { type: "string" }, ...shownExample } };
  }
  return { "application/json": { schema: referenceTo(schema), ...shownExample } };
}

function referenceTo(schema: z.ZodType): Json {
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) {
    throw new Error("A body's schema has no name to refer to. Give it an id with `.meta({ id })`.");
  }
  return { $ref: `#/components/schemas/${id}` };
}

function componentSchemas(): Record<string, Json> {
  const { schemas } = z.toJSONSchema(z.globalRegistry, {
    // Clients can leave out fields with a default; `output` would require them.
    io: "input",
    uri: (id) => `#/components/schemas/${id}`,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, { $schema, $id, ...schema }]) => [
      name,
      forClients(schema),
    ]),
  );
}
