import { afterEach, describe, expect, test } from "vitest";
import { createClient } from "../../../cli/client.ts";
import { UploadError } from "../../../cli/errors.ts";
import { send } from "../../../cli/sending/send.ts";
import { maxInlineBytes } from "../../../lambdas/contract/limits.ts";
import {
  type Asked,
  accepted,
  offeredUpload,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

/** Takes everything, unless `change` answers first. */
async function taking(
  change: (asked: Asked, nth: number) => ScriptedAnswer | undefined = () => undefined,
) {
  api = await scriptedApi((asked, nth) => {
    const other = change(asked, nth);
    if (other !== undefined) return other;
    if (asked.url === "/v1/uploads") return offeredUpload(asked);
    return asked.method === "PUT" ? { status: 200, body: "" } : { status: 202, body: accepted };
  });
  return createClient({ apiUrl: api.url, apiKey: "the-key", patienceMs: 10_000 });
}

const calls = () => (api?.asked ?? []).map(({ method, url }) => `${method} ${url}`);
const bodyBytes = (asked: Asked | undefined) => Buffer.byteLength(JSON.stringify(asked?.body));
const uploaded = ["POST /v1/uploads", "PUT /place?signed=yes", "POST /v1/ingest"];
const note = (text: string) => ({ text, content_type: "text/plain", document_id: "note" });

describe("a document that fits into a request", () => {
  test("is sent in it", async () => {
    const client = await taking();
    const uploads: number[] = [];
    const document = note("Grüße.");
    await send(client, document, { onUpload: (sizeBytes) => uploads.push(sizeBytes) });
    expect(calls()).toEqual(["POST /v1/ingest"]);
    expect(api?.asked[0]?.body).toEqual(document);
    expect(uploads).toEqual([]);
  });

  test.each([
    ["letters", "a"],
    ["letters of two bytes", "ü"],
    ["quotes, which JSON escapes", '"'],
    ["line ends, which the function's event escapes again", "\n"],
  ])("is never refused for its size, and never uploaded without need: %s", async (_, letter) => {
    const client = await taking();
    const alone = JSON.stringify(JSON.stringify(note("")));
    const each = Buffer.byteLength(JSON.stringify(JSON.stringify(letter))) - 6;
    const most = Math.floor((maxInlineBytes - Buffer.byteLength(alone)) / each);
    await send(client, note(letter.repeat(most)));
    expect(calls()).toEqual(["POST /v1/ingest"]);
    expect(bodyBytes(api?.asked[0])).toBeLessThanOrEqual(maxInlineBytes);
    await send(client, note(letter.repeat(most + 1)));
    expect(calls().slice(1)).toEqual(uploaded);
  });
});

describe("a larger document", () => {
  const large = note(`Grüße.\n${"Ein Satz. ".repeat(maxInlineBytes / 10)}`);

  test("is uploaded as it was offered to be, and named in the submission instead of its text", async () => {
    const client = await taking();
    const uploads: number[] = [];
    const answer = await send(client, large, {
      idempotencyKey: "k",
      onUpload: (sizeBytes) => uploads.push(sizeBytes),
    });
    expect(answer.job_id).toBe("01JOB");
    expect(calls()).toEqual(uploaded);
    const [offer, put, ingest] = api?.asked ?? [];
    const size_bytes = Buffer.byteLength(large.text);
    expect(offer?.body).toEqual({ content_type: "text/plain", size_bytes });
    expect(uploads).toEqual([size_bytes]);
    expect(put?.body === large.text).toBe(true);
    expect(put?.headers).toMatchObject({
      "content-type": "text/plain",
      "x-amz-tagged": "as-offered",
      "content-length": String(size_bytes),
    });
    // The address is the upload's authority; the key is nobody's business there.
    expect(put?.headers["x-api-key"]).toBeUndefined();
    expect(ingest?.body).toEqual({
      document_id: "note",
      content_type: "text/plain",
      upload_id: "01UPLOAD",
    });
    expect(ingest?.headers["idempotency-key"]).toBe("k");
  });

  test("is uploaded once, and the same submission is sent again until the queue has room", async () => {
    let refused = 0;
    const client = await taking(({ url }) => {
      if (url !== "/v1/ingest" || refused === 2) return undefined;
      refused += 1;
      const body = { error: "Queue full", code: "queue_full", request_id: "r" };
      return { status: 503, headers: { "retry-after": "0" }, body };
    });
    await send(client, large, { idempotencyKey: "k" });
    expect(calls()).toEqual([...uploaded, "POST /v1/ingest", "POST /v1/ingest"]);
    const submissions = (api?.asked ?? []).slice(2);
    expect(new Set(submissions.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(submissions.map(({ headers }) => headers["idempotency-key"])).toEqual(["k", "k", "k"]);
  });

  test("whose upload is refused is not submitted, and the error says where, why and what to do", async () => {
    const client = await taking(({ method }) =>
      method === "PUT"
        ? { status: 403, body: "<Error><Code>AccessDenied</Code></Error>" }
        : undefined,
    );
    const error = await send(client, large).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UploadError);
    const size = Buffer.byteLength(large.text);
    expect((error as Error).message).toBe(
      `The upload of ${size} bytes failed: ${api?.url} answered 403 AccessDenied. Nothing was queued. Send the file again.`,
    );
    expect(calls()).toEqual(uploaded.slice(0, 2));
  });

  test("whose upload cannot connect is an error of the same kind, without the signed URL", async () => {
    const client = await taking((asked) =>
      asked.url === "/v1/uploads" ? offeredUpload(asked, "http://127.0.0.1:9") : undefined,
    );
    const error = await send(client, large).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UploadError);
    expect((error as Error).message).toContain("http://127.0.0.1:9 cannot be reached");
    expect((error as Error).message).not.toContain("signed");
  });
});

test("bytes that are no text are uploaded, however few, with the file's name", async () => {
  const client = await taking();
  const bytes = Buffer.from("%PDF-1.7");
  const about = { content_type: "application/pdf", document_id: "scan.pdf" };
  await send(client, { ...about, bytes, filename: "scan.pdf" });
  expect(calls()).toEqual(uploaded);
  expect(api?.asked.map(({ body }) => body)).toEqual([
    { content_type: "application/pdf", size_bytes: 8, filename: "scan.pdf" },
    "%PDF-1.7",
    { ...about, filename: "scan.pdf", upload_id: "01UPLOAD" },
  ]);
});
