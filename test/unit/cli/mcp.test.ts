import { execFile } from "node:child_process";
import { once } from "node:events";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterEach, describe, expect, test } from "vitest";
import {
  type Asked,
  accepted,
  completedJob,
  jobAnswer,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { commandLine, reaching } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let model: Client | undefined;
afterEach(async () => {
  await model?.close();
  await api?.close();
});

const longText = "The bridge is long. ".repeat(1_000);
const hit = (chunk_index: number, text: string) => ({
  document_id: "docs:bridge.pdf",
  document_version: 2,
  title: "The bridge",
  headings: ["Costs"],
  pages: [3, 4],
  chunk_index,
  score: 1,
  text,
});
const chunk = (chunk_index: number) => ({
  chunk_index,
  start: 0,
  end: 1,
  headings: [],
  text: `Chunk ${chunk_index}. ${"word ".repeat(700)}`,
});

/** The API of one long document. */
function longDocument({ method, url, body }: Asked): ScriptedAnswer {
  if (url.endsWith("/search")) {
    const { limit } = body as { limit: number };
    const results = Array.from({ length: limit }, (_, n) =>
      hit(n, n === 0 ? "4.2 million." : longText),
    );
    return { status: 200, body: { results } };
  }
  if (url.includes("/chunks")) {
    const from = Number(/from=(\d+)/.exec(url)?.[1]);
    const chunks = Array.from({ length: 20 }, (_, n) => chunk(from + n)).filter(
      ({ chunk_index }) => chunk_index < 30,
    );
    const page = { document_id: "d", document_version: 1, attributes: {}, chunks };
    return { status: 200, body: from + 20 < 30 ? { ...page, next_from: from + 20 } : page };
  }
  if (url.includes("/documents")) {
    const stored = { document_id: "d", document_version: 1, chunk_count: 30 };
    const about = { embedding_model: "m", dimensions: 2, stored_at: "2025-01-01T00:00:00.000Z" };
    return { status: 200, body: { documents: [{ ...stored, ...about }], next_cursor: "next" } };
  }
  if (url.includes("/jobs/none")) {
    const refusal = { error: "Job none does not exist.", code: "not_found", request_id: "r" };
    return { status: 404, body: refusal };
  }
  if (method === "POST") return { status: 202, body: accepted };
  return { status: 200, body: jobAnswer({ status: "processing", progress: 40 }) };
}

/** Starts `sluice mcp` as an MCP client does. */
async function connected(args: readonly string[] = [], answers = longDocument) {
  api = await scriptedApi(answers);
  model = new Client({ name: "test", version: "1" });
  const env = Object.fromEntries(
    Object.entries(reaching(api.url)).flatMap(([name, value = ""]) => [[name, value]]),
  );
  await model.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [commandLine, "mcp", ...args],
      env,
    }),
  );
  return model;
}

async function call(client: Client, name: string, args: Record<string, unknown>) {
  const { content, isError } = await client.callTool({ name, arguments: args });
  return { text: (content as { text: string }[])[0]?.text ?? "", isError };
}

describe("sluice mcp", () => {
  test("offers five tools, and without ingest if it is to read only", async () => {
    const names = async (client: Client) =>
      (await client.listTools()).tools.map(({ name }) => name).toSorted();
    const all = ["get_document", "ingest", "job", "list_documents", "search"];
    expect(await names(await connected())).toEqual(all);
    await model?.close();
    await api?.close();
    expect(await names(await connected(["--read-only"]))).toEqual(
      all.filter((name) => name !== "ingest"),
    );
  });

  test("answers passages with their sources, in a bounded size", async () => {
    const client = await connected();
    const filter = { attributes: { year: 2024 } };
    const { text } = await call(client, "search", { query: "cost", limit: 20, filter });
    expect(text).toMatch(
      /^\[1\] The bridge › Costs\nSource: docs:bridge\.pdf, version 2, chunk 0, pages 3 to 4\n4\.2 million\./,
    );
    expect(text.length).toBeLessThan(26_000);
    expect(text).toContain(" more characters: get_document with from: 1, offset: 4000)\n\n[3]");
    expect(text).toMatch(/\(\d+ more results; lower limit\)$/);
    expect(api?.asked[0]?.body).toMatchObject({ query: "cost", limit: 20, filter });
  });

  test("reads a long document to its end, call by call, without a gap", async () => {
    const client = await connected();
    const seen: number[] = [];
    let last = "";
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { text }: { text: string } = await call(client, "get_document", {
        document_id: "d",
        from,
      });
      expect(text.length).toBeLessThan(26_000);
      seen.push(...[...text.matchAll(/^Chunk (\d+)\./gm)].map(([, n]) => Number(n)));
      const next: string | undefined = /continue with from: (\d+)/.exec(text)?.[1];
      from = next === undefined ? undefined : Number(next);
      last = text;
    }
    expect(last).toContain("(the end of the document)");
    expect(seen).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  test("reads a chunk that is longer than an answer to its end", async () => {
    const text = Array.from({ length: 9_000 }, (_, n) => `${n}😀`).join(" ");
    const texts = ["first", text, "last"];
    const client = await connected([], ({ url }) => {
      const from = Number(/from=(\d+)/.exec(url)?.[1]);
      const chunks = texts.map((one, n) => ({ ...chunk(n), text: one })).slice(from);
      return {
        status: 200,
        body: { document_id: "d", document_version: 1, attributes: {}, chunks },
      };
    });
    let read = "";
    let next: { from: number; offset?: number } | undefined = { from: 0 };
    while (next !== undefined) {
      const args: Record<string, unknown> = { document_id: "d", ...next };
      const { text: answer }: { text: string } = await call(client, "get_document", args);
      expect(answer.length).toBeLessThanOrEqual(24_000);
      const parts = answer.split("\n\n").slice(1, -1);
      read += parts.map((part) => part.replace(/^\[.*\]\n/, "")).join("");
      const [, from, , offset]: readonly string[] =
        /from: (\d+)(, offset: (\d+))?\)$/.exec(answer) ?? [];
      next =
        from === undefined
          ? undefined
          : { from: Number(from), ...(offset === undefined ? {} : { offset: Number(offset) }) };
    }
    expect(read === texts.join("")).toBe(true);
  });

  test("names the place of each chunk, and first what limits a search", async () => {
    const place = { sheet: ["Costs", "Costs"] };
    const about = { document_id: "d", document_version: 1, attributes: {} };
    const notice = "By words only.";
    const results = [{ ...hit(0, "x"), pages: undefined, ...place }];
    const client = await connected([], () => ({
      status: 200,
      body: { ...about, notice, chunks: [{ ...chunk(0), ...place, headings: ["One"] }], results },
    }));
    const document = await call(client, "get_document", { document_id: "d" });
    expect(document.text).toContain("[d, chunk 0, sheet Costs: One]\n");
    const found = await call(client, "search", { query: "x" });
    expect(found.text).toMatch(
      /^By words only\.\n\n\[1\] .*\nSource: .*, chunk 0, sheet Costs\nx$/,
    );
  });

  test("lists a page of documents in a bounded size, each of them", async () => {
    const documents = Array.from({ length: 100 }, (_, n) => ({
      document_id: `${"i".repeat(120)}${n}`,
      document_version: 12,
      chunk_count: 1_234,
      stored_at: "2025-01-01T00:00:00.000Z",
      embedding_model: "m",
      dimensions: 2,
      title: "A long title. ".repeat(35),
    }));
    const body = { documents, next_cursor: "c".repeat(300) };
    const client = await connected([], () => ({ status: 200, body }));
    const { text } = await call(client, "list_documents", { limit: 100 });
    expect(text.length).toBeLessThanOrEqual(24_000);
    expect(text.match(/^i+\d+ .* A long title\. /gm)).toHaveLength(100);
  });

  test("tells in a bounded size how a job is whose chunks failed", async () => {
    const message = "The model refused this text. ".repeat(20);
    const failed = Array.from({ length: 100 }, (_, index) => ({ index, code: "refused", message }));
    const job = completedJob();
    const result = { ...job.result, failed_chunks: failed, failed_chunk_count: 100 };
    const client = await connected([], () => ({ status: 200, body: { ...job, result } }));
    const { text } = await call(client, "job", { job_id: "01JOB" });
    expect(text.length).toBeLessThanOrEqual(24_100);
    expect(text).toMatch(/\(\d+ more lines\)$/);
  });

  test("lists documents, ingests a text, and tells how its job is", async () => {
    const client = await connected();
    expect((await call(client, "list_documents", {})).text).toBe(
      "d  v1  30 chunks  2025-01-01T00:00:00.000Z\n(more: cursor next)",
    );
    const note = { text: "# Note", name: "note.md", attributes: { year: 2024 } };
    expect((await call(client, "ingest", note)).text).toContain("Queued as job 01JOB");
    expect(api?.asked.at(-1)?.body).toMatchObject({ text: "# Note", document_id: "note.md" });
    expect((await call(client, "job", { job_id: "01JOB" })).text).toContain("40 %");
  });

  test("gives an error of the API to the model, and goes on", async () => {
    const client = await connected();
    const failed = await call(client, "job", { job_id: "none" });
    expect(failed).toEqual({
      isError: true,
      text: expect.stringContaining("Job none does not exist (404 not_found).") as string,
    });
    expect((await call(client, "job", { job_id: "01JOB" })).isError).toBeUndefined();
  });

  test("answers every request of an input that has ended, and then ends", async () => {
    const found = { results: [hit(0, "4.2 million.")] };
    api = await scriptedApi(() => ({ status: 200, body: found }));
    const clientInfo = { name: "test", version: "1" };
    const initialize = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo };
    const search = { name: "search", arguments: { query: "What did it cost?" } };
    const messages = [
      { jsonrpc: "2.0", id: 1, method: "initialize", params: initialize },
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: search },
    ];
    const server = execFile(process.execPath, [commandLine, "mcp"], { env: reaching(api.url) });
    let output = "";
    server.stdout?.on("data", (data: string) => (output += data));
    server.stdin?.end(messages.map((message) => `${JSON.stringify(message)}\n`).join(""));
    const [status] = (await once(server, "close")) as [number];
    expect(status).toBe(0);
    const ids = output
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { id: number }).id);
    expect(ids).toEqual([1, 2]);
    expect(output).toContain("4.2 million.");
  });
});
