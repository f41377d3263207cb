import { afterEach, describe, expect, test } from "vitest";
import { logText } from "../../../cli/commands/logs.ts";
import {
  accepted,
  completedJob,
  jobAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { lines, sluice as run } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
afterEach(() => api?.close());

const sluice = (...args: string[]) => run(api?.url ?? "http://127.0.0.1:9", ...args);

const notFound = {
  status: 404,
  body: { error: "Job x does not exist.", code: "not_found", request_id: "r" },
};

test("search shows passages, and one object a line for machines", async () => {
  const hit = {
    document_id: "report",
    document_version: 2,
    title: "The report",
    chunk_index: 3,
    headings: ["Costs"],
    text: "It costs\nnothing.",
    score: 0.75,
  };
  api = await scriptedApi(() => ({ status: 200, body: { results: [hit] } }));
  const shown = await sluice("search", "what does it cost", "--mode", "text", "--limit", "1");
  expect(shown.out).toContain("1. The report › Costs (report v2, chunk 3, score 0.750)");
  expect(shown.out).toContain("It costs nothing.");
  expect(api.asked[0]?.body).toEqual({ query: "what does it cost", mode: "text", limit: 1 });
  expect(lines((await sluice("search", "x", "--json")).out)).toEqual([hit]);
});

test("search --full prints whole passages with their metadata and own fields", async () => {
  const text = `It costs\n${"nothing ".repeat(100)}at all.`;
  const metadata = {
    title: "Costs",
    summary: "",
    keywords: ["cost", "price"],
    entities: [],
    language: "en",
    custom: { price: 0 },
  };
  const hit = {
    document_id: "a",
    document_version: 1,
    chunk_index: 0,
    text,
    score: 1,
    metadata,
  };
  api = await scriptedApi(() => ({ status: 200, body: { results: [{ ...hit, pages: [2, 3] }] } }));
  const short = await sluice("search", "x");
  expect(short.out).not.toContain("at all.");
  const filter = { attributes: { year: { gte: 2020 } } };
  const full = await sluice("search", "x", "--full", "--filter", JSON.stringify(filter));
  expect(full.out).toContain(
    "(a v1, chunk 0, pages 2 to 3, score 1.000)\n   It costs\n   nothing ",
  );
  expect(full.out).toContain("at all.\n   Costs · cost, price\n   price: 0\n");
  expect(api.asked[1]?.body).toMatchObject({ filter });
});

test("search asks for context, groups and bounds, and says why a passage was found", async () => {
  const of = (text: string, chunk_index: number) => ({ chunk_index, start: 0, end: 1, text });
  const hit = {
    document_id: "a",
    document_version: 1,
    chunk_index: 4,
    text: "# Costs\n\nIt costs nothing.",
    score: 1,
    vector_score: 0.5,
    vector_rank: 2,
    text_rank: 7,
    document_hits: 3,
    before: [of("The one before.", 3)],
    after: [of("The one after.", 5)],
  };
  api = await scriptedApi(() => ({ status: 200, body: { results: [hit], next_offset: 10 } }));
  const bounds = ["--context", "1", "--group", "--unique", "--min-score", "-0.25"];
  const shown = await sluice("search", "x", ...bounds, "--offset", "5", "--no-rerank", "--why");
  expect(shown.status).toBe(0);
  expect(api.asked[0]?.body).toMatchObject({
    context: 1,
    group_by: "document",
    unique: true,
    min_score: -0.25,
    offset: 5,
    rerank: false,
  });
  expect(shown.out).toContain("6. a (");
  expect(shown.out).toMatch(/The one before\.[^]*It costs nothing\.[^]*The one after\./);
  expect(shown.out).toContain(
    "cosine 0.500 · by meaning no. 2 · by words no. 7 · 3 of this document's passages match",
  );
  expect(shown.err).toContain("--offset 10");
  expect((await sluice("search", "x", "--min-score", "2")).status).toBe(2);
});

test("search shows a snippet in one line, without marks of Markdown", async () => {
  const text = [
    "Before.",
    "",
    "| Part | **Price** |",
    "|---|---:|",
    "| deck | 30 |",
    "",
    "- `__init__` and 5 * 3",
    "```sh",
    "# drain",
    "```",
    "",
  ].join("\n");
  const snippet = { text: text.slice(9), start: 9, marks: [] };
  const hit = { document_id: "a", document_version: 1, chunk_index: 0, text, snippet, score: 1 };
  api = await scriptedApi(() => ({ status: 200, body: { results: [hit] } }));
  const { out } = await sluice("search", "x");
  expect(out).toContain("\n   …Part | Price deck | 30 `__init__` and 5 * 3 drain\n");
});

const places = [
  [{ pages: [3, 3] }, "page 3"],
  [{ slide: [1, 2] }, "slides 1 to 2"],
  [{ sheet: ["Costs", "Costs"] }, "sheet Costs"],
  [{ record: [7, 9] }, "records 7 to 9"],
  [{ chapter: ["One", "One"] }, "chapter One"],
] as const;

test.each(places)("search and chunks name the place %j as %s", async (place, words) => {
  const chunk = { chunk_index: 0, start: 0, end: 1, headings: [], text: "x", ...place };
  const about = { document_id: "a", document_version: 1, attributes: {} };
  const body = { ...about, chunks: [chunk], results: [{ ...about, ...chunk, score: 1 }] };
  api = await scriptedApi(() => ({ status: 200, body }));
  expect((await sluice("search", "x")).out).toContain(
    `1. a (a v1, chunk 0, ${words}, score 1.000)`,
  );
  expect((await sluice("chunks", "a")).out).toContain(`0. (${words}, characters 0 to 1)`);
});

test("search says what limits its results, also for machines", async () => {
  const notice = "Searched by words only.";
  api = await scriptedApi(() => ({ status: 200, body: { results: [], notice } }));
  for (const how of [[], ["--json"]]) {
    expect((await sluice("search", "x", ...how)).err).toBe(`${notice}\nNo results.\n`);
  }
});

test("chunks shows what is stored of a document, page by page", async () => {
  const chunk = { chunk_index: 4, start: 100, end: 120, headings: ["One", "Two"], text: "A text." };
  const page = {
    document_id: "docs:a.md",
    document_version: 2,
    attributes: { year: 2024 },
    chunks: [chunk],
    next_from: 5,
  };
  api = await scriptedApi(() => ({ status: 200, body: page }));
  const { status, out, err } = await sluice("chunks", "docs:a.md", "--from", "4", "--limit", "1");
  expect([status, out, err]).toEqual([
    0,
    "4. One › Two (characters 100 to 120)\n   A text.\n   (no metadata)\n\n",
    "More chunks: npm run sluice -- chunks docs:a.md --from 5\n",
  ]);
  expect(api.asked[0]?.url).toBe("/v1/documents/docs%3Aa.md/chunks?from=4&limit=1");
  const json = await sluice("chunks", "docs:a.md", "--json");
  expect(lines(json.out)).toEqual([{ document_id: "docs:a.md", document_version: 2, ...chunk }]);
});

test("a log line shows its time, step, level, message and what else it says", () => {
  const line = {
    level: "ERROR",
    message: "It said 500.",
    service: "sluice",
    jobId: "01JOB",
    batch: 3,
  };
  const timeMs = Date.parse("2025-01-01T12:00:01.250Z");
  expect(logText({ timeMs, step: "embed", text: `${JSON.stringify(line)}\n` })).toBe(
    '12:00:01.250  embed      ERROR  It said 500.  {"batch":3}',
  );
  expect(logText({ timeMs, step: "embed", text: "REPORT 01JOB" })).toContain("REPORT 01JOB");
});

describe("stored documents", () => {
  const stored = {
    document_id: "report",
    document_version: 3,
    title: "The report",
    chunk_count: 12,
    embedding_model: "m",
    dimensions: 384,
    stored_at: "2025-01-01T00:00:00.000Z",
  };

  test("are listed in pages, and one object a line for machines", async () => {
    const page = { documents: [stored], next_cursor: "more" };
    api = await scriptedApi(() => ({ status: 200, body: page }));
    const shown = await sluice("documents", "--limit", "1", "--cursor", "before");
    expect(shown).toMatchObject({
      status: 0,
      out: "report  v3  12 chunks  2025-01-01T00:00:00  The report\n",
      err: "More results: --cursor more\n",
    });
    expect(api.asked[0]).toMatchObject({
      method: "GET",
      url: "/v1/documents?limit=1&cursor=before",
    });
    expect(lines((await sluice("documents", "--json")).out)).toEqual([stored]);
  });

  test("are removed by their ids", async () => {
    api = await scriptedApi(() => ({ status: 200, body: stored }));
    const { status, out } = await sluice("remove", "report");
    expect([status, out]).toEqual([0, "Removed report: version 3, 12 chunks.\n"]);
    expect(api.asked[0]).toMatchObject({ method: "DELETE", url: "/v1/documents/report" });
  });

  test("that do not exist are reported, with status 1", async () => {
    api = await scriptedApi(() => notFound);
    const { status, err } = await sluice("remove", "x");
    expect([status, err]).toEqual([1, expect.stringContaining("does not exist")]);
  });
});

test("usage shows a month's attempts, calls, tokens and money", async () => {
  const report = {
    month: "2026-10",
    jobs: { completed: 12, failed: 1, cancelled: 0 },
    llm_calls: 604,
    embedding_calls: 19,
    prompt_tokens: 310_288,
    completion_tokens: 90_600,
    embedding_tokens: 309_000,
    estimated_cost_usd: 0.1009,
  };
  api = await scriptedApi(() => ({ status: 200, body: report }));
  const { status, out } = await sluice("usage", "--month", "2026-10");
  expect(status).toBe(0);
  expect(api.asked[0]?.url).toBe("/v1/usage?month=2026-10");
  expect(out).toMatch(/attempts +12 completed, 1 failed, 0 cancelled/);
  expect(out).toMatch(/prompt tokens +310,288/);
  expect(out).toMatch(/estimated cost +0\.1009 USD/);
  expect(lines((await sluice("usage", "--json")).out)).toEqual([report]);
});

test("retry takes several jobs, or all failed ones that it can help, and sums up how they ended", async () => {
  const failed = (job_id: string, retryable: boolean) => {
    const error = { code: "c", message: "m", stage: "metadata", retryable } as const;
    return jobAnswer({ job_id, status: "failed", submitted_at: new Date().toISOString(), error });
  };
  api = await scriptedApi(({ method, url }) => {
    if (url.includes("status=failed")) {
      const more = url.includes("cursor=more");
      const jobs = more
        ? [failed("01THREE", true)]
        : [failed("01ONE", true), failed("01TWO", false)];
      return { status: 200, body: { jobs, ...(more ? {} : { next_cursor: "more" }) } };
    }
    const job_id = /jobs\/(\w+)/.exec(url)?.[1] ?? "";
    if (method === "POST") return { status: 202, body: { ...accepted, job_id } };
    return { status: 200, body: completedJob({ job_id }) };
  });
  const { status, err } = await sluice("retry", "--failed", "--watch");
  expect(status).toBe(0);
  expect(err).toContain("01ONE: completed");
  expect(err).toMatch(/2 jobs: 2 stored\n$/);
  expect(api.asked.filter(({ method }) => method === "POST").map(({ url }) => url)).toEqual([
    "/v1/jobs/01ONE/retry",
    "/v1/jobs/01THREE/retry",
  ]);
});
