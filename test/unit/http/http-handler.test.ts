import type { Context } from "aws-lambda";
import { describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { jobListQuerySchema } from "../../../lambdas/contract/calls/jobs.ts";
import { httpHandler } from "../../../lambdas/http/http-handler.ts";
import { log } from "../../../lambdas/platform/log.ts";

const echo = httpHandler({
  answer: ({ path }) => Promise.resolve({ status: 200, body: path }),
});

async function asked(id: string) {
  const event = { pathParameters: { id }, headers: {}, body: null } as never;
  const answer = await echo(event, { awsRequestId: "r" } as Context);
  return [answer.statusCode, JSON.parse(answer.body) as unknown] as const;
}

describe("an id in the path", () => {
  test.each(["team:report", "team%3Areport", "team%3areport"])(
    "is read as it was meant: %s",
    async (id) => {
      expect(await asked(id)).toEqual([200, { id: "team:report" }]);
    },
  );

  test.each([
    ["too long to be one", "x".repeat(2_100)],
    ["of letters that no id has", "a%20b"],
    ["badly encoded", "%ZZ"],
    ["a path", "..%2F..%2Fetc"],
  ])("that is %s is not found", async (_, id) => {
    const [status, body] = await asked(id);
    expect([status, body]).toEqual([
      404,
      {
        error: expect.stringMatching(
          /^No resource has the id .{1,101}\. Check the id\.$/,
        ) as string,
        code: "not_found",
        request_id: "r",
      },
    ]);
  });
});

describe("a body that arrives in base64", () => {
  const reader = httpHandler({
    body: z.object({ text: z.string() }),
    answer: ({ body }) => Promise.resolve({ status: 200, body }),
  });
  const sent = async (bytes: Uint8Array) => {
    const body = Buffer.from(bytes).toString("base64");
    const event = { headers: {}, body, isBase64Encoded: true } as never;
    const answer = await reader(event, { awsRequestId: "r" } as Context);
    return [answer.statusCode, JSON.parse(answer.body) as Record<string, unknown>] as const;
  };

  test("is read as it was sent", async () => {
    const text = "Grüße \ufffd 😀";
    expect(await sent(Buffer.from(JSON.stringify({ text })))).toEqual([200, { text }]);
  });

  test("and is invalid is refused in plain words", async () => {
    const [, body] = await sent(Buffer.from('{"text":5}'));
    expect(body["error"]).toBe("The request is invalid: text must be a string");
  });

  test("and is not UTF-8 is refused, not altered", async () => {
    const [status, body] = await sent(Buffer.from('{"text":"Grüße"}', "latin1"));
    expect(status).toBe(400);
    expect(body).toMatchObject({
      code: "invalid_request",
      issues: [
        {
          path: "",
          message: "has a body that is not UTF-8 text. Convert it to UTF-8 and send it again",
        },
      ],
    });
  });
});

describe("a file as the body", () => {
  const reader = httpHandler({
    aboutFile: z.object({}),
    answer: ({ file }) => Promise.resolve({ status: 200, body: { size: file?.bytes.length } }),
  });
  const sent = async (body: string, isBase64Encoded: boolean) => {
    const headers = { "content-type": "text/vcard" };
    const event = { headers, body, isBase64Encoded } as never;
    const answer = await reader(event, { awsRequestId: "r" } as Context);
    return [answer.statusCode, JSON.parse(answer.body) as Record<string, unknown>] as const;
  };

  test("that the gateway took for text is read, unless it lost bytes by that", async () => {
    expect(await sent("Grüße", false)).toEqual([200, { size: 7 }]);
    const [status, body] = await sent("Gr\ufffd\ufffde", false);
    expect(status).toBe(400);
    expect(body["error"]).toMatch(/text\/vcard that is not UTF-8.*application\/octet-stream/);
  });

  test("that came as bytes may hold any", async () => {
    const body = Buffer.from("Gr\ufffde").toString("base64");
    expect(await sent(body, true)).toEqual([200, { size: 6 }]);
  });
});

test("a value that violates two bounds is reported once, beside the other invalid fields", async () => {
  const reader = httpHandler({
    query: z.object({ limit: z.coerce.number().int().max(100), other: z.string() }),
    answer: ({ query }) => Promise.resolve({ status: 200, body: query }),
  });
  const event = { headers: {}, body: null, queryStringParameters: { limit: "1e99" } } as never;
  const answer = await reader(event, { awsRequestId: "r" } as Context);
  expect((JSON.parse(answer.body) as { issues: unknown }).issues).toEqual([
    { path: "limit", message: "must be a whole number of at most 100" },
    { path: "other", message: "is required" },
  ]);
});

describe("a field named __proto__", () => {
  const reader = httpHandler({
    body: z.object({ attributes: z.record(z.string(), z.string()) }),
    answer: ({ body }) => Promise.resolve({ status: 200, body }),
  });
  const sent = async (body: string) => {
    const answer = await reader({ headers: {}, body } as never, { awsRequestId: "r" } as Context);
    return [answer.statusCode, JSON.parse(answer.body) as Record<string, unknown>] as const;
  };

  test("is refused with its place, and not left out without a word", async () => {
    const [status, body] = await sent('{"attributes":{"__proto__":"secret"}}');
    expect(status).toBe(400);
    expect(body).toMatchObject({ issues: [{ path: "attributes.__proto__" }] });
    expect((await sent('{"attributes":{"\\u005f_proto__":"secret"}}'))[0]).toBe(400);
  });

  test("is looked for in a body nested deeper than the stack", async () => {
    const deep = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    expect((await sent(deep))[0]).toBe(400);
  });

  test("does no harm as a value or a part of a name", async () => {
    const text = '{"attributes":{"a":"__proto__","the__proto__":"b"}}';
    expect(await sent(text)).toEqual([200, JSON.parse(text)]);
  });
});

describe("names and texts that storage would change", () => {
  const reader = httpHandler({
    body: z.object({
      attributes: z.record(z.string(), z.string()).optional(),
      query: z.string().optional(),
    }),
    answer: ({ body }) => Promise.resolve({ status: 200, body }),
  });
  const sent = async (body: string) => {
    const answer = await reader({ headers: {}, body } as never, { awsRequestId: "r" } as Context);
    return [answer.statusCode, JSON.parse(answer.body) as Record<string, unknown>] as const;
  };

  test.each(["constructor", "prototype", "toString", "hasOwnProperty"])(
    "an attribute named %s is kept",
    async (name) => {
      const body = { attributes: { [name]: "x" } };
      expect(await sent(JSON.stringify(body))).toEqual([200, body]);
    },
  );

  test.each([
    ['{"query":"\\ud800"}', "query"],
    ['{"attributes":{"a":"x\\udfff"}}', "attributes.a"],
    ['{"attributes":{"\\ud800":"x"}}', "attributes"],
  ])("half of a surrogate pair is refused where it stands: %s", async (body, path) => {
    const [status, answer] = await sent(body);
    expect(status).toBe(400);
    expect(answer).toMatchObject({
      issues: [{ path, message: expect.stringContaining("incomplete character") as string }],
    });
  });

  test("a whole pair is kept", async () => {
    expect(await sent('{"query":"\\ud83d\\ude00"}')).toEqual([200, { query: "😀" }]);
  });
});

describe("the query of a call", () => {
  const context = { awsRequestId: "r" } as Context;
  const asked = async (handler: typeof echo, query: Record<string, string | string[]>) => {
    const entries = Object.entries(query);
    const event = {
      headers: {},
      body: null,
      queryStringParameters: Object.fromEntries(
        entries.map(([name, of]) => [name, [of].flat().at(-1)]),
      ),
      multiValueQueryStringParameters: Object.fromEntries(
        entries.map(([name, of]) => [name, [of].flat()]),
      ),
    };
    const answer = await handler(event as never, context);
    return [answer.statusCode, (JSON.parse(answer.body) as { error?: string }).error] as const;
  };
  const monthly = httpHandler({
    query: z.strictObject({ month: z.string().optional() }),
    answer: ({ query }) => Promise.resolve({ status: 200, body: query }),
  });

  test("refuses a misspelt parameter with the nearest name", async () => {
    expect(await asked(monthly, { mnth: "2026-01" })).toEqual([
      400,
      "The request has an unknown query parameter: mnth; did you mean month?",
    ]);
  });

  test("refuses any parameter of a call that has none", async () => {
    expect(await asked(echo, { verbose: "1" })).toEqual([
      400,
      "The request has an unknown query parameter: verbose",
    ]);
  });

  test("refuses a parameter that is sent twice, because one would be ignored", async () => {
    expect(await asked(monthly, { month: ["2026-01", "2026-02"] })).toEqual([
      400,
      "The request has a query parameter more than once: month. Send it once",
    ]);
  });

  test.each(["", "0x10", "1e1", " 5", "5.0", "1e99"])("takes %j for no number", async (limit) => {
    const page = httpHandler({
      query: jobListQuerySchema,
      answer: ({ query }) => Promise.resolve({ status: 200, body: query }),
    });
    expect(await asked(page, { limit })).toEqual([
      400,
      "The request is invalid: limit must be a whole number from 1 to 100",
    ]);
    expect((await asked(page, { limit: "5" }))[0]).toBe(200);
  });

  test("refuses a parameter named __proto__", async () => {
    const query = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    expect((await asked(monthly, query))[0]).toBe(400);
  });
});

test("an error is small, however large and wrong the request is", async () => {
  const reader = httpHandler({
    body: z.strictObject({ attributes: z.record(z.string().max(5, "is long"), z.string()) }),
    answer: ({ body }) => Promise.resolve({ status: 200, body }),
  });
  const wrong = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`${i}`.repeat(90), i]));
  for (const body of [
    { attributes: wrong },
    wrong,
    { attributes: { a: { b: "x".repeat(1e6) } } },
  ]) {
    const event = { headers: {}, body: JSON.stringify(body) } as never;
    const answer = await reader(event, { awsRequestId: "r" } as Context);
    expect(answer.statusCode).toBe(400);
    expect(answer.body.length).toBeLessThan(16_000);
  }
  const event = { headers: {}, body: JSON.stringify({ attributes: wrong }) } as never;
  const answer = await reader(event, { awsRequestId: "r" } as Context);
  expect(JSON.parse(answer.body)).toMatchObject({
    error: expect.stringMatching(/, and \d+ more issues$/) as string,
    issue_count: expect.any(Number) as number,
  });
  expect((JSON.parse(answer.body) as { issues: unknown[] }).issues).toHaveLength(20);
});

describe("the log", () => {
  const changing = httpHandler({
    keys: { callerOf: () => Promise.resolve({ tenant: "acme", role: "tenant" }) } as never,
    answer: () => Promise.resolve({ status: 202, body: { job_id: "J", document_id: "D" } }),
  });
  const asked = async (httpMethod: string, resource: string) => {
    const written: Record<string, unknown>[] = [];
    let keys: object = {};
    const appended = vi.spyOn(log, "appendKeys").mockImplementation((more) => {
      keys = { ...keys, ...more };
    });
    const spy = vi.spyOn(log, "info").mockImplementation((message, ...[fields]) => {
      if (message === "audit") written.push({ ...keys, ...(fields as object) });
    });
    const event = {
      httpMethod,
      resource,
      headers: { "x-api-key": "k" },
      body: null,
      requestContext: { requestId: "gateway-id", identity: { apiKeyId: "key-1" } },
    } as never;
    try {
      await changing(event, { awsRequestId: "function-id" } as Context);
    } finally {
      spy.mockRestore();
      appended.mockRestore();
    }
    return written;
  };

  test("has one line for each change, with tenant, action, key and the gateway's request id", async () => {
    expect(await asked("POST", "/ingest")).toEqual([
      expect.objectContaining({
        action: "POST /ingest",
        tenant: "acme",
        key_id: "key-1",
        status: 202,
        job_id: "J",
        document_id: "D",
        request_id: "gateway-id",
        function_request_id: "function-id",
      }),
    ]);
  });

  test.each([
    ["GET", "/jobs"],
    ["POST", "/search"],
  ])("has none for %s %s, which reads", async (method, resource) => {
    expect(await asked(method, resource)).toEqual([]);
  });

  test("and a refusal name the request as the access log does", async () => {
    const event = {
      httpMethod: "GET",
      pathParameters: { id: "a%20b" },
      headers: {},
      body: null,
      requestContext: { requestId: "gateway-id" },
    } as never;
    const answer = await echo(event, { awsRequestId: "function-id" } as Context);
    expect(JSON.parse(answer.body)).toMatchObject({ request_id: "gateway-id" });
  });
});
