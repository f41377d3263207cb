import type { Context } from "aws-lambda";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { httpHandler } from "../../../lambdas/http/http-handler.ts";

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
          /^No resource has the id .{1,141}\. Check the id\.$/,
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
