/** The whole way of a document, over HTTP, with the local models. */

import pMap from "p-map";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { send } from "../../cli/sending/send.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { maxInlineBytes } from "../../lambdas/contract/limits.ts";
import { callApi, chunksOf } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";
import { markdown } from "../support/documents.ts";

const app = inject("app");
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
let client: Client;
let apiKey: string;

beforeAll(async () => {
  apiKey = await newKey(app);
  client = createClient({ ...app, apiKey });
});

async function ingest(text: string, documentId: string): Promise<JobAnswer[]> {
  const { job_id } = await client.ingest({
    document_id: documentId,
    content_type: "text/markdown",
    text,
    options,
  });
  const seen: JobAnswer[] = [];
  for await (const job of client.watch(job_id)) seen.push(job);
  return seen;
}

const last = (jobs: readonly JobAnswer[]) => jobs.at(-1)!;

describe("a Markdown document of about fifty chunks", () => {
  const text = markdown();
  let seen: JobAnswer[];
  beforeAll(async () => {
    seen = await ingest(text, "log");
  });

  test("completes with every stage done in full, and progress that never falls", () => {
    const job = last(seen);
    expect(job).toMatchObject({ status: "completed", terminal: true, progress: 100, attempt: 1 });
    const chunks = job.result?.chunk_count ?? 0;
    expect(chunks).toBeGreaterThan(40);
    const { extraction, ...stages } = job.stages;
    expect(extraction).toMatchObject({ status: "done", done: 0, total: null, percent: 100 });
    for (const stage of Object.values(stages)) {
      expect(stage).toMatchObject({ status: "done", done: chunks, total: chunks, percent: 100 });
    }
    const progress = seen.map((state) => state.progress);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(new Set(progress).size).toBeGreaterThan(2);
    for (const state of seen) expect(state.progress === 100).toBe(state.status === "completed");
  });

  test("says when what happened, and what it took", () => {
    const { submitted_at, started_at, completed_at, result } = last(seen);
    const times = [submitted_at, started_at ?? "", completed_at ?? ""];
    expect(times).toEqual(times.toSorted());
    expect(result).toMatchObject({
      document_id: "log",
      document_version: 1,
      embedding_model: "all-MiniLM-L6-v2",
      dimensions: 384,
      unchanged: false,
      superseded: false,
      degraded: false,
      failed_chunks: [],
    });
    expect(result?.usage.llm_calls).toBe(result?.chunk_count);
    expect(result?.usage.metadata_cache_hits).toBe(0);
  });

  test("has chunks that rejoin to the text, each with metadata", async () => {
    let rejoined = "";
    for (const chunk of await chunksOf({ ...app, apiKey }, "log")) {
      expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
      expect(chunk.start).toBeLessThanOrEqual(rejoined.length);
      expect(chunk.metadata?.keywords.length).toBeGreaterThan(0);
      rejoined += text.slice(rejoined.length, chunk.end);
    }
    expect(rejoined).toBe(text);
  });

  test.each(["hybrid", "vector", "text"] as const)("is found by a %s search", async (mode) => {
    const { results } = await client.search({ query: "repairs the tide tables", mode, limit: 5 });
    expect(results.length).toBeGreaterThan(0);
    expect(results[0]).toMatchObject({ document_id: "log", document_version: 1 });
    expect(results[0]?.text).toMatch(/tide tables|repairs/);
  });

  test("is not there for another tenant", async () => {
    const stranger = createClient({ ...app, apiKey: await newKey(app) });
    expect((await stranger.search({ query: "tide tables" })).results).toEqual([]);
    await expect(stranger.job(last(seen).job_id)).rejects.toMatchObject({ status: 404 });
    await expect(stranger.cancel(last(seen).job_id)).rejects.toMatchObject({ status: 404 });
    await expect(stranger.retry(last(seen).job_id)).rejects.toMatchObject({ status: 404 });
  });

  test("sent again unchanged, costs no call and stands once in the store", async () => {
    const job = last(await ingest(text, "log"));
    expect(job.result).toMatchObject({ unchanged: true, document_version: 1 });
    expect(job.result?.usage).toMatchObject({ llm_calls: 0, embedding_calls: 0 });
    expect(await indexes("log")).toEqual([...Array(job.result?.chunk_count).keys()]);
  });

  test("sent under another id, costs no call: its answers are known", async () => {
    const { result } = last(await ingest(text, "copy"));
    expect(result?.unchanged).toBe(false);
    expect(result?.usage).toMatchObject({
      llm_calls: 0,
      embedding_calls: 0,
      metadata_cache_hits: result?.chunk_count,
      embedding_cache_hits: result?.chunk_count,
    });
  });

  test("with one paragraph edited, asks for that only, and its old version is read whole until the new one is", async () => {
    const edited = text.replace("writes 60 beside it", "writes nothing beside it");
    const { job_id } = await client.ingest({
      document_id: "log",
      content_type: "text/markdown",
      text: edited,
      options,
    });
    const versions = new Set<number>();
    let job: JobAnswer;
    do {
      job = await client.job(job_id);
      const { results } = await client.search({
        query: "section",
        mode: "text",
        limit: 100,
        filter: { document_id: "log" },
      });
      const seenNow = new Set(results.map((hit) => hit.document_version));
      expect([...seenNow]).toHaveLength(1);
      for (const version of seenNow) versions.add(version);
    } while (!job.terminal);
    expect(versions.has(1)).toBe(true);
    expect(job.result?.document_version).toBe(job.document_version);
    expect(job.result?.usage.llm_calls).toBeGreaterThan(0);
    expect(job.result?.usage.llm_calls).toBeLessThanOrEqual(3);
    const found = await client.search({
      query: "writes nothing beside it",
      mode: "text",
      limit: 1,
      filter: { document_id: "log" },
    });
    expect(found.results[0]?.document_version).toBe(job.document_version);
  });

  test("removed, is gone from searches and listings", async () => {
    expect((await callApi(app, "DELETE", "/documents/copy", { apiKey })).status).toBe(200);
    expect(await indexes("copy")).toEqual([]);
    expect((await callApi(app, "GET", "/documents/copy", { apiKey })).status).toBe(404);
    const { body } = await callApi(app, "GET", "/documents", { apiKey });
    expect(body["documents"]).toEqual([expect.objectContaining({ document_id: "log" })]);
  });
});

async function indexes(documentId: string): Promise<number[]> {
  const chunks = await chunksOf({ ...app, apiKey }, documentId);
  return chunks.map((chunk) => chunk.chunk_index);
}

test("an upload is ingested like a text", async () => {
  const text = markdown({ sections: 3, seed: 4 });
  const offer = await callApi(app, "POST", "/uploads", {
    apiKey,
    body: { content_type: "text/markdown", size_bytes: Buffer.byteLength(text) },
  });
  expect(offer.status).toBe(201);
  const put = await fetch(String(offer.body["url"]), {
    method: "PUT",
    headers: offer.body["headers"] as Record<string, string>,
    body: text,
  });
  expect(put.status).toBe(200);
  const { job_id } = await client.ingest({ upload_id: String(offer.body["upload_id"]) });
  let job: JobAnswer | undefined;
  for await (job of client.watch(job_id));
  expect(job?.status).toBe("completed");
  const stored = await chunksOf({ ...app, apiKey }, job?.document_id ?? "");
  expect(stored[0]?.text).toMatch("# Log of the year 4");
});

test("a text too large for a request is uploaded on its way by the command line, and ingested whole", async () => {
  // Its chunks are few and mostly equal, so that the models have little to read.
  const rule = `${"─".repeat(4_000)}\n\n`;
  const text = `The quay was rebuilt.\n\n${rule.repeat(maxInlineBytes / 10_000)}The lamp was lit.`;
  let uploadedBytes = 0;
  const { job_id } = await send(
    client,
    {
      document_id: "rules",
      content_type: "text/plain",
      text,
      options: { chunking: { max_tokens: 2_048, overlap_tokens: 0 } },
    },
    { idempotencyKey: "rules-1", onUpload: (sizeBytes) => (uploadedBytes = sizeBytes) },
  );
  expect(uploadedBytes).toBe(Buffer.byteLength(text));
  let job: JobAnswer | undefined;
  for await (job of client.watch(job_id));
  expect(job?.status).toBe("completed");
  const stored = await chunksOf({ ...app, apiKey }, "rules");
  expect(stored[0]?.text).toContain("The quay was rebuilt.");
  expect(stored.at(-1)).toMatchObject({
    text: expect.stringContaining("The lamp was lit.") as string,
    end: text.length,
  });
});

test("of two submissions of one new document at the same moment, the later version stands, each chunk once, twenty times over", async () => {
  const pairs = Array.from({ length: 20 }, (_, pair) => `pair-${pair}`);
  // Both of a pair at once; a few pairs at a time, because each request is a process here.
  const jobs = await pMap(
    pairs,
    (documentId, pair) =>
      Promise.all(
        [1, 2].map((version) =>
          client.ingest({
            document_id: documentId,
            content_type: "text/markdown",
            text: markdown({ sections: 2 + version, seed: 100 + pair * 2 + version }),
            options,
          }),
        ),
      ),
    { concurrency: 4 },
  );
  for (const [pair, both] of jobs.entries()) {
    const ended = await Promise.all(
      both.map(async ({ job_id }) => {
        let job: JobAnswer | undefined;
        for await (job of client.watch(job_id));
        return job;
      }),
    );
    const later = ended.find((job) => job?.document_version === 2);
    expect(ended.map((job) => job?.status)).toEqual(["completed", "completed"]);
    expect(later?.result).toMatchObject({ document_version: 2, superseded: false });
    const { body } = await callApi(app, "GET", `/documents/pair-${pair}`, { apiKey });
    expect(body["document_version"]).toBe(2);
    expect(await indexes(`pair-${pair}`)).toEqual([...Array(later?.result?.chunk_count).keys()]);
  }
}, 600_000);
