import { Validator } from "@seriousme/openapi-schema-validator";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { jobSchema } from "../../../lambdas/contract/calls/jobs.ts";
import { errorSchema } from "../../../lambdas/contract/errors.ts";
import { refusalStatus } from "../../../lambdas/contract/refusals.ts";
import { openApiDocument } from "../../../lambdas/http/openapi/document.ts";
import { errorExamples } from "../../../lambdas/http/openapi/error-examples.ts";
import { examples } from "../../../lambdas/http/openapi/examples.ts";
import { handler } from "../../../lambdas/http/openapi/handler.ts";
import { operations } from "../../../lambdas/http/openapi/operations.ts";

interface Described {
  readonly security?: readonly unknown[];
  readonly responses: Readonly<
    Record<string, { readonly description: string; readonly headers?: object }>
  >;
}

const document = openApiDocument();
const described = document["paths"] as Record<string, Record<string, Described>>;

test("the document is valid OpenAPI 3.1, and every reference in it leads somewhere", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  expect(errors).toBeUndefined();
  expect(valid).toBe(true);
  expect(validator.version).toBe("3.1");
  const names = Object.keys((document["components"] as { schemas: object }).schemas);
  const references = JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g);
  const missing = [...references].flatMap(([, name = ""]) => (names.includes(name) ? [] : [name]));
  expect(missing).toEqual([]);
});

test("bodies are described by the schemas that validate them", () => {
  const { schemas } = document["components"] as {
    schemas: Record<string, { required?: string[]; properties: object }>;
  };
  const { required } = z.toJSONSchema(jobSchema, { io: "input" }).$defs?.["Job"] ?? {};
  expect(schemas["Job"]?.required).toEqual(required);
  const { properties } = z.toJSONSchema(ingestRequestSchema, { io: "input" });
  const described = ["IngestText", "IngestUpload"].flatMap((name) =>
    Object.keys(schemas[name]?.properties ?? {}),
  );
  expect(new Set(described)).toEqual(new Set(Object.keys(properties ?? {})));
  expect(JSON.stringify(document)).not.toContain('$schema":"https');
});

test("responses that lead elsewhere name their header Location", () => {
  const leading = operations.flatMap(({ id, path, method }) =>
    Object.entries(described[path]?.[method]?.responses ?? {})
      .filter(([, { headers = {} }]) => "Location" in headers)
      .map(([status]) => `${id} ${status}`),
  );
  expect(leading).toEqual(["ingest 202", "retryJob 202", "getContent 303"]);
});

describe.each(operations.map((operation) => [operation.id, operation] as const))(
  "the call %s",
  (_, { path, method, keyless, refusals = [] }) => {
    const call = described[path]?.[method];

    test("names each of its refusals under the status it has", () => {
      const ofKeys = ["forbidden", "quota_exceeded"] as const;
      for (const code of [...refusals, "throttled" as const, ...(keyless ? [] : ofKeys)]) {
        expect(call?.responses[refusalStatus[code]]?.description).toContain(`\`${code}\``);
      }
    });

    test("needs a key unless it says that it does not", () => {
      expect(call?.security).toEqual(keyless ? [] : undefined);
    });
  },
);

test("a document is sent as text or as an upload, never both", () => {
  const { schemas } = document["components"] as {
    schemas: Record<string, Record<string, unknown>>;
  };
  expect(schemas["IngestRequest"]).toEqual({
    oneOf: [
      { $ref: "#/components/schemas/IngestText" },
      { $ref: "#/components/schemas/IngestUpload" },
    ],
  });
  expect(schemas["IngestText"]?.["required"]).toEqual(["text"]);
  expect(schemas["IngestUpload"]?.["required"]).toEqual(["upload_id"]);
});

test("no field has a default, which generators would take for required", () => {
  expect(JSON.stringify(document["components"])).not.toContain('"default":');
  expect(JSON.stringify(document["paths"])).not.toContain('"default":');
  expect(JSON.stringify(document)).toContain("Default: 512");
});

test("no object inside a schema gets the name of another schema from a generator", () => {
  const { schemas } = document["components"] as {
    schemas: Record<string, { properties?: Record<string, { properties?: object }> }>;
  };
  const given = Object.entries(schemas).flatMap(([name, { properties = {} }]) =>
    Object.entries(properties)
      .filter(([, { properties: inside }]) => inside !== undefined)
      .map(([field]) => `${name}_${field}`.replaceAll("_", "").toLowerCase()),
  );
  const names = Object.keys(schemas).map((name) => name.toLowerCase());
  expect(given.filter((name) => names.includes(name))).toEqual([]);
});

test("what clients name in their code has a name", () => {
  const { schemas } = document["components"] as { schemas: object };
  expect(Object.keys(schemas)).toEqual(
    expect.arrayContaining([
      "Attributes",
      "ChunkMetadata",
      "ChunkingOptions",
      "Document",
      "ErrorEnvelope",
      "Job",
      "MetadataSchema",
      "SearchFilter",
    ]),
  );
});

describe("the example", () => {
  const described = operations.filter(({ tag }) => tag !== "Reference");

  test.each(described.map((operation) => [operation.id, operation] as const))(
    "of %s fits the schemas",
    (id, { body, answers }) => {
      const example = examples[id];
      expect(body?.safeParse(example?.request).error).toBeUndefined();
      expect(Object.keys(example?.answers ?? {})).toEqual(Object.keys(answers));
      for (const [status, schema] of Object.entries(answers)) {
        const answer = example?.answers[Number(status)];
        const parsed =
          typeof schema === "string" ? z.string().safeParse(answer) : schema.safeParse(answer);
        expect(parsed.error).toBeUndefined();
      }
    },
  );

  test.each(Object.entries(errorExamples))("of the error %s fits the envelope", (_, example) => {
    expect(errorSchema.parse(example)).toEqual(example);
  });
});

test("anybody can read it, and it is what was built", async () => {
  const event = { httpMethod: "GET", resource: "/openapi.json", headers: {} };
  const answer = await handler(
    event as unknown as APIGatewayProxyEvent,
    { awsRequestId: "r" } as Context,
  );
  expect(answer.statusCode).toBe(200);
  expect(answer.headers?.["content-type"]).toBe("application/json");
  expect(JSON.parse(answer.body)).toEqual(openApiDocument("key"));
});

test.each([
  ["key", { apiKey: expect.objectContaining({ name: "x-api-key" }) as unknown }],
  ["jwt", { token: expect.objectContaining({ type: "http", scheme: "bearer" }) as unknown }],
  ["iam", { signature: expect.objectContaining({ name: "Authorization" }) as unknown }],
] as const)("a deployment whose callers have a %s says so, and nothing else", (auth, schemes) => {
  const { components, security, ...rest } = openApiDocument(auth);
  const { components: all, security: any, ...same } = document;
  expect((components as { securitySchemes: unknown }).securitySchemes).toEqual(schemes);
  expect(security).toEqual([{ [Object.keys(schemes)[0]!]: [] }]);
  expect(any).toHaveLength(3);
  expect(Object.keys((all as { securitySchemes: object }).securitySchemes)).toHaveLength(3);
  expect(rest).toEqual(same);
});

test("the error of a full queue fits the described error", () => {
  const full = {
    error: "Queue full",
    code: "queue_full",
    request_id: "r",
    job_id: "01JOB",
    queue_size: 100,
    retry_after_seconds: 10,
  };
  expect(errorSchema.parse(full)).toEqual(full);
});
