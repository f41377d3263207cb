import { Validator } from "@seriousme/openapi-schema-validator";
import type { APIGatewayProxyEvent, Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { jobSchema } from "../../../lambdas/contract/calls/jobs.ts";
import { errorSchema } from "../../../lambdas/contract/errors.ts";
import { refusalStatus } from "../../../lambdas/contract/refusals.ts";
import { openApiDocument } from "../../../lambdas/http/openapi/document.ts";
import { handler } from "../../../lambdas/http/openapi/handler.ts";
import { operations } from "../../../lambdas/http/openapi/operations.ts";

interface Described {
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
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
  expect(Object.keys(schemas["IngestRequest"]?.properties ?? {})).toEqual(
    Object.keys(properties ?? {}),
  );
  expect(JSON.stringify(document)).not.toContain('$schema":"https');
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

test("anybody can read it, and it is what was built", async () => {
  const event = { httpMethod: "GET", resource: "/openapi.json", headers: {} };
  const answer = await handler(
    event as unknown as APIGatewayProxyEvent,
    { awsRequestId: "r" } as Context,
  );
  expect(answer.statusCode).toBe(200);
  expect(answer.headers?.["content-type"]).toBe("application/json");
  expect(JSON.parse(answer.body)).toEqual(document);
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
