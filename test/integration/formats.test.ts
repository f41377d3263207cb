/** Documents of each format, from the file to the passage with its place, over HTTP. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { send } from "../../cli/sending/send.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { formatOfFilename, naming } from "../../lambdas/contract/file-formats.ts";
import { chunksOf } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";
import { sentence } from "../support/documents.ts";
import { line, pdf, scan } from "../unit/pipeline/extract/making/pdf.ts";

const app = inject("app");
let client: Client;
let apiKey: string;

beforeAll(async () => {
  apiKey = await newKey(app);
  client = createClient({ ...app, apiKey });
});

interface Given {
  readonly contentType?: string;
  readonly options?: { chunking: { max_tokens: number; overlap_tokens: number } };
}

/** Every state that the job was seen in. */
async function ingest(filename: string, bytes: Uint8Array, given: Given = {}) {
  const format = formatOfFilename(filename);
  const { job_id } = await send(client, {
    document_id: filename,
    filename,
    content_type: given.contentType ?? (format ? naming[format].contentTypes[0] : "text/plain"),
    bytes: Buffer.from(bytes),
    ...(given.options === undefined ? {} : { options: given.options }),
  });
  const seen: JobAnswer[] = [];
  for await (const job of client.watch(job_id)) seen.push(job);
  return { seen, job: seen.at(-1)! };
}

const example = (name: string) => readFileSync(`examples/${name}`);
const find = async (query: string, documentId: string) => {
  const { results } = await client.search({
    query,
    mode: "text",
    limit: 1,
    filter: { document_id: documentId },
  });
  return results[0];
};

describe("a document is read, stored and cited", () => {
  test.each([
    ["lock-inspection.pdf", "the western ground paddle sticks", { pages: [2, 2] }],
    ["lock-ledger.xlsx", "barge Perseverance", { sheet: ["Tolls", "Tolls"] }],
    ["winter-closure.docx", "draught over one metre", {}],
    ["a-walk-at-the-lock.html", "thirty nests", {}],
  ])("%s", async (name, query, place) => {
    const options = { chunking: { max_tokens: 64, overlap_tokens: 0 } };
    const { job } = await ingest(name, example(name), { options });
    expect(job).toMatchObject({ status: "completed", result: { degraded: false } });
    expect(job.stages.extraction).toMatchObject({ status: "done", percent: 100 });
    const found = await find(query, name);
    expect(found?.text).toContain(query.split(" ").at(-1));
    const { pages, sheet } = found ?? {};
    expect({ ...(pages && { pages }), ...(sheet && { sheet }) }).toEqual(place);
    const chunks = await chunksOf({ ...app, apiKey }, name);
    expect(chunks[found?.chunk_index ?? -1]).toMatchObject(place);
  });

  test("sent again, or sent under another content type, is unchanged and costs no call", async () => {
    const name = "winter-closure.docx";
    const options = { chunking: { max_tokens: 64, overlap_tokens: 0 } };
    const { job } = await ingest(name, example(name), {
      options,
      contentType: "application/octet-stream",
    });
    expect(job.result).toMatchObject({
      unchanged: true,
      usage: { llm_calls: 0, embedding_calls: 0 },
    });
  });
});

describe("a document that cannot be read", () => {
  const encrypted = pdf([line("words")], {
    trailer: `/ID [<00><00>] /Encrypt << /Filter /Standard /V 2 /R 3 /Length 128 /P -44 /O <${"28".repeat(32)}> /U <${"11".repeat(32)}> >>`,
  });

  test.each([
    ["encrypted.pdf", encrypted, "encrypted", "password"],
    ["scanned.pdf", pdf([scan, scan]), "no_text", "OCR"],
    ["lying.docx", pdf([line("A page.")]), "unsupported_type", "a PDF"],
    ["cut-off.xlsx", example("lock-ledger.xlsx").subarray(0, 3_000), "damaged", ""],
  ])("%s fails by its code, and no retry is advised", async (name, bytes, code, words) => {
    const { job } = await ingest(name, bytes);
    expect(job).toMatchObject({
      status: "failed",
      error: { code, stage: "extraction", retryable: false },
    });
    expect(job.error?.message).toContain(words);
    expect(job.stages.extraction.status).toBe("failed");
    expect(await chunksOf({ ...app, apiKey }, name)).toEqual([]);
  });

  test("in part is stored without the pages that are pictures, which are named", async () => {
    const { job } = await ingest("half.pdf", pdf([line("Words of the first page."), scan]));
    expect(job).toMatchObject({
      status: "completed",
      result: { degraded: true, unreadable_pages: [2] },
    });
  });
});

test("a PDF of 300 pages shows how many of them are read", async () => {
  const pages = Array.from({ length: 300 }, (_, page) =>
    Array.from({ length: 30 }, (__, i) => line(sentence(page * 40 + i), 740 - i * 22, 9)).join(""),
  );
  const { seen, job } = await ingest("long.pdf", pdf(pages), {
    options: { chunking: { max_tokens: 2_048, overlap_tokens: 0 } },
  });
  expect(job).toMatchObject({ status: "completed" });
  const whole = { status: "done", done: 300, total: 300, percent: 100 };
  expect(job.stages.extraction).toMatchObject(whole);
  const between = seen.filter(
    ({ stages: { extraction } }) => extraction.total === 300 && extraction.status === "running",
  );
  expect(between.length).toBeGreaterThan(0);
  const progress = seen.map((state) => state.progress);
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
});

describe("a file as the body of the request", () => {
  const send = (query: string, bytes: Uint8Array, contentType: string, key?: string) =>
    fetch(`${app.apiUrl}/ingest?${query}`, {
      method: "POST",
      headers: {
        "x-api-key": apiKey,
        "content-type": contentType,
        ...(key === undefined ? {} : { "idempotency-key": key }),
      },
      body: Buffer.from(bytes),
    });

  test.each(["application/pdf", "application/octet-stream"])(
    "becomes a job, with what its query says: %s",
    async (type) => {
      const about = new URLSearchParams({
        document_id: `body-${type.slice(12)}`,
        title: "Größe",
        attributes: JSON.stringify({ year: 2026 }),
      });
      const answer = await send(String(about), example("lock-inspection.pdf"), type);
      expect(answer.status).toBe(202);
      const { job_id } = (await answer.json()) as { job_id: string };
      let job: JobAnswer | undefined;
      for await (const state of client.watch(job_id)) job = state;
      expect(job).toMatchObject({ status: "completed" });
      const { results } = await client.search({
        query: "scour",
        filter: { attributes: { year: 2026 } },
      });
      expect(results[0]).toMatchObject({ title: "Größe" });
    },
  );

  test("twice under one Idempotency-Key is one job, and another file under it is refused", async () => {
    const pdfBytes = pdf([line("One page.")]);
    const once = await send("document_id=once", pdfBytes, "application/pdf", "file-key");
    const again = await send("document_id=once", pdfBytes, "application/pdf", "file-key");
    expect(await again.json()).toEqual(await once.json());
    const other = await send(
      "document_id=once",
      pdf([line("Two.")]),
      "application/pdf",
      "file-key",
    );
    expect(other.status).toBe(422);
  });

  test.each([
    ["image/png", "", 415, "unsupported_type"],
    ["application/pdf", "attributes=[", 400, "invalid_request"],
    ["application/pdf", "text=x", 400, "invalid_request"],
  ])("of type %s with the query %j is refused with %i", async (type, query, status, code) => {
    const answer = await send(query, pdf([line("x")]), type);
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
      status,
      code,
    ]);
  });
});
