/** Every wrong request gets a clear error in one form, and nothing else happens. */
import { beforeAll, describe, expect, inject, test } from "vitest";
import { batchAnswerSchema } from "../../lambdas/contract/calls/batch.ts";
import { maxInlineBytes } from "../../lambdas/contract/limits.ts";
import { callApi, type RawAnswer } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";

const app = inject("app");
let apiKey: string;
beforeAll(async () => {
  apiKey = await newKey(app);
});

const call = (method: string, path: string, request: Parameters<typeof callApi>[3] = {}) =>
  callApi(app, method, path, { apiKey, ...request });
const ingest = (body: unknown, headers = {}) => call("POST", "/ingest", { body, headers });

function expectRefusal(answer: RawAnswer, status: number, code: string): void {
  expect(answer.body).toMatchObject({ code });
  expect(answer.status).toBe(status);
  expect(answer.headers.get("content-type")).toMatch("application/json");
  expect(answer.body["error"]).toEqual(expect.stringMatching(/\S{2,}/));
  expect(answer.body["request_id"]).toEqual(expect.stringMatching(/\S{8,}/));
}

describe("404 not_found", () => {
  const jobId = "01JH0000000000000000000001";
  test.each([
    ["GET", `/jobs/${jobId}`],
    ["GET", "/jobs/no-such-job"],
    ["DELETE", `/jobs/${jobId}`],
    ["POST", `/jobs/${jobId}/retry`],
    ["GET", "/documents/none"],
    ["DELETE", "/documents/none"],
    ["GET", "/documents/none/chunks"],
    ["GET", "/no/such/address"],
  ])("%s %s", async (method, path) => {
    expectRefusal(await call(method, path), 404, "not_found");
  });
});

describe("403 forbidden", () => {
  test.each([
    ["without a key", null],
    ["with a key that nobody made", "sluice_thiskeywasnevermadebyanybody1234567890"],
  ])("%s", async (_, wrong) => {
    const answer = await call("POST", "/search", { apiKey: wrong, body: { query: "x" } });
    expectRefusal(answer, 403, "forbidden");
  });
});

describe("400 invalid_request names each place that is wrong", () => {
  test.each([
    ["no body", "", ""],
    ["no JSON", "{nonsense", ""],
    ["no object", "[]", ""],
    ["no text", {}, "text"],
    ["a text that is none", { text: 7 }, "text"],
    ["text and upload", { text: "a", upload_id: "b" }, "text"],
    ["a document id with a slash", { text: "a", document_id: "a/b" }, "document_id"],
    ["a document id with a quote", { text: "a", document_id: "a' OR 1=1" }, "document_id"],
    ["an unknown field", { text: "a", txet: "b" }, ""],
    [
      "chunks too small",
      { text: "a", options: { chunking: { max_tokens: 8 } } },
      "options.chunking.max_tokens",
    ],
    [
      "more overlap than chunk",
      { text: "a", options: { chunking: { max_tokens: 64, overlap_tokens: 60 } } },
      "options.chunking.overlap_tokens",
    ],
    ["an attribute that is a list", { text: "a", attributes: { tags: ["x"] } }, "attributes.tags"],
  ])("%s", async (_, body, path) => {
    const answer = await ingest(body);
    expectRefusal(answer, 400, "invalid_request");
    const issues = answer.body["issues"] as { path: string; message: string }[];
    expect(issues.map((issue) => issue.path)).toContain(path);
    for (const { message } of issues) expect(message).toMatch(/\S/);
  });

  test("an Idempotency-Key that is none", async () => {
    const answer = await ingest({ text: "a" }, { "idempotency-key": "two words" });
    expectRefusal(answer, 400, "invalid_request");
    expect(answer.body["issues"]).toMatchObject([{ path: "idempotency-key" }]);
  });

  test.each(["/jobs?limit=0", "/jobs?status=lost", "/jobs?cursor=made-up", "/jobs?page=2"])(
    "GET %s",
    async (path) => {
      expectRefusal(await call("GET", path), 400, "invalid_request");
    },
  );

  test.each([
    { query: " " },
    { query: "x", filter: "tenant = 'other'" },
    { query: "x", filter: { tenant: "other" } },
  ])("a search for %j", async (body) => {
    expectRefusal(await call("POST", "/search", { body }), 400, "invalid_request");
  });
});

test.each(["", "   ", "\n\t\u00a0\u3000"])("400 empty_document for %j", async (text) => {
  expectRefusal(await ingest({ text }), 400, "empty_document");
});

test.each(["application/pdf", "image/png", "nonsense"])(
  "415 for a document of %s",
  async (type) => {
    expectRefusal(await ingest({ text: "a", content_type: type }), 415, "unsupported_type");
  },
);

test("415 for a body that is neither JSON nor a document by its own word", async () => {
  const answer = await ingest("<a/>", { "content-type": "image/png" });
  expectRefusal(answer, 415, "unsupported_type");
});

test("413 for a text too large to be sent inline, and where to send it", async () => {
  const answer = await ingest({ text: "word ".repeat(maxInlineBytes / 5) });
  expectRefusal(answer, 413, "document_too_large");
  expect(JSON.stringify(answer.body)).toContain("/v1/uploads");
});

describe("a batch that cannot be read is refused as a whole", () => {
  test.each([
    ["no items", {}],
    ["an empty list", { items: [] }],
    ["more than 100 items", { items: Array.from({ length: 101 }, () => ({ text: "a" })) }],
    ["an unknown field", { items: [{ text: "a" }], mode: "x" }],
  ])("%s", async (_, body) => {
    expectRefusal(await call("POST", "/ingest/batch", { body }), 400, "invalid_request");
  });

  test("more than 4 MB", async () => {
    const text = "word ".repeat(maxInlineBytes / 10);
    const answer = await call("POST", "/ingest/batch", { body: { items: [{ text }, { text }] } });
    expectRefusal(answer, 413, "document_too_large");
  });
});

test("each wrong item of a batch is refused as a request with it alone would be", async () => {
  const wrong = [
    {},
    { text: " " },
    { text: "a", content_type: "image/png" },
    { upload_id: "none" },
    { text: "a", attributes: { tags: [] } },
    "no object",
  ];
  const answer = await call("POST", "/ingest/batch", { body: { items: wrong } });
  expect(answer.status).toBe(200);
  const { accepted, items } = batchAnswerSchema.parse(answer.body);
  expect(accepted).toBe(0);
  for (const [index, body] of wrong.entries()) {
    const alone = await ingest(JSON.stringify(body));
    const { request_id, ...rest } = alone.body;
    expect(items[index]).toMatchObject({ index, status: alone.status, body: rest });
  }
});

test("nothing of all that was queued", async () => {
  expect((await call("GET", "/jobs")).body["jobs"]).toEqual([]);
});

test("the description of the API needs no key", async () => {
  const answer = await call("GET", "/openapi.json", { apiKey: null });
  expect(answer.status).toBe(200);
  expect(answer.body["openapi"]).toMatch(/^3\.1/);
});
