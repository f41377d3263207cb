/** What a search answers and how it is narrowed, over HTTP, with the local models. */
import { beforeAll, describe, expect, inject, test } from "vitest";
import {
  type Client,
  createClient,
  type IngestRequest,
  type SearchRequest,
} from "../../cli/client.ts";
import type { SearchAnswer } from "../../lambdas/contract/calls/search.ts";
import { callApi, chunksOf } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";

const app = inject("app");
let client: Client;
let apiKey: string;

const parts = ["anchor", "bilge pump", "compass", "dinghy", "engine", "fender"];
const section = (part: string, i: number) =>
  [
    `## The ${part}\n`,
    `The ${part} is checked by the harbour crew in month ${i + 1}. `,
    `A worn ${part} is written down in the log of the ferry and replaced before the next trip. `,
    "Nobody sails with a part that the crew has not seen. ".repeat(4),
    "\n",
  ].join("\n");
const handbook = `# Handbook of the ferry\n\n${parts.map(section).join("\n")}`;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };

async function ingest(
  of: Client,
  documentId: string,
  text: string,
  more: Partial<IngestRequest> = {},
) {
  const request = {
    document_id: documentId,
    content_type: "text/markdown",
    text,
    options,
  } as const;
  const { job_id } = await of.ingest({ ...request, ...more });
  let status = "";
  for await (const job of of.watch(job_id)) status = job.status;
  expect(status).toBe("completed");
}

beforeAll(async () => {
  apiKey = await newKey(app);
  client = createClient({ ...app, apiKey });
  await ingest(client, "handbook", handbook, { title: "Ferry", attributes: { year: 2024 } });
  await ingest(client, "copy", handbook, { title: "Ferry", attributes: { year: 2025 } });
  const schema = {
    type: "object",
    properties: { price: { type: "number" }, status: { type: "string" } },
  } as const;
  const offer = "# Offers\n\nPrice: 30\n\nStatus: final\n\nA new compass for the ferry.\n";
  const fields = { options: { ...options, metadata: { schema } } };
  await ingest(client, "offer", offer, fields);
  await ingest(client, "draft", offer.replace("30", "70").replace("final", "draft"), fields);
});

const search = (body: SearchRequest): Promise<SearchAnswer> => client.search(body);
const places = ({ results }: SearchAnswer) =>
  results.map((hit) => `${hit.document_id} ${hit.chunk_index}`);

describe.each(["hybrid", "vector", "text"] as const)("a %s search", (mode) => {
  const query = { query: "who checks a worn compass", mode };

  test("page by page is the same as at once, without a gap or a passage twice", async () => {
    const all = places(await search({ ...query, limit: 14 }));
    expect(new Set(all).size).toBe(all.length);
    expect(all.length).toBeGreaterThan(10);
    const paged: string[] = [];
    let offset: number | undefined = 0;
    while (offset !== undefined && paged.length < all.length) {
      const page: SearchAnswer = await search({ ...query, limit: 3, offset });
      paged.push(...places(page));
      offset = page.next_offset;
    }
    expect(paged.slice(0, all.length)).toEqual(all);
  });

  test("answers one passage for each document, or each text, on request", async () => {
    const grouped = await search({ ...query, group_by: "document" });
    const documents = grouped.results.map((hit) => hit.document_id);
    expect(new Set(documents).size).toBe(documents.length);
    expect(documents).toEqual(expect.arrayContaining(["handbook", "copy"]));
    expect(grouped.results[0]?.document_hits).toBeGreaterThan(0);

    const unique = await search({ ...query, unique: true, limit: 20 });
    const texts = unique.results.map((hit) => hit.text.replaceAll(/\s+/g, " ").trim());
    expect(new Set(texts).size).toBe(texts.length);
    const twice = unique.results.find((hit) => hit.text.includes("A worn compass"));
    expect(twice?.duplicates?.map((of) => of.chunk_index)).toEqual([twice?.chunk_index]);
  });

  test("brings the passages around each hit in the same answer", async () => {
    const chunks = await chunksOf({ ...app, apiKey }, "handbook");
    const filter = { document_id: "handbook" };
    const { results } = await search({ ...query, context: 1, limit: 3, filter });
    for (const hit of results) {
      const [before, after] = [chunks[hit.chunk_index - 1], chunks[hit.chunk_index + 1]];
      const textOf = (chunk: { text: string } | undefined) => (chunk ? [chunk.text] : []);
      expect(hit.before?.map(({ text }) => text)).toEqual(textOf(before));
      expect(hit.after?.map(({ text }) => text)).toEqual(textOf(after));
    }
  });

  test("leaves out what is below the least score, and nothing else", async () => {
    const all = (await search({ ...query, limit: 100 })).results;
    const scoreOf = (hit: SearchAnswer["results"][number]) => hit.vector_score ?? hit.score;
    const bound = all.map(scoreOf).toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
    const { results } = await search({ ...query, limit: 100, min_score: bound });
    expect(places({ results })).toEqual(
      places({ results: all.filter((hit) => scoreOf(hit) >= bound) }),
    );
    expect((await search({ ...query, min_score: 1 })).results).toEqual([]);
  });

  test("filters by attributes and by own fields, by their types", async () => {
    const documents = async (filter: SearchRequest["filter"]) => [
      ...new Set((await search({ ...query, limit: 50, filter })).results.map((h) => h.document_id)),
    ];
    expect(await documents({ attributes: { year: { gt: 2024 } } })).toEqual(["copy"]);
    expect(await documents({ attributes: { year: "2024" } })).toEqual([]);
    expect(await documents({ custom: { price: { gte: 30, lt: 70 } } })).toEqual(["offer"]);
    expect(await documents({ custom: { status: { in: ["draft", "sent"] } } })).toEqual(["draft"]);
    expect(await documents({ custom: { price: "30" } })).toEqual([]);
    expect(await documents({ custom: { absent: true } })).toEqual([]);
  });

  test("is the same whatever another tenant stores or removes", async () => {
    const before = await search({ ...query, limit: 20 });
    const stranger = createClient({ ...app, apiKey: await newKey(app) });
    const theirs = `# Worn\n\n${"A worn compass is checked. ".repeat(60)}`;
    await ingest(stranger, "handbook", theirs);
    expect(await search({ ...query, limit: 20 })).toEqual(before);
    expect((await stranger.search(query)).results[0]?.text).toContain("A worn compass is checked.");
  });
});

test("a snippet holds no heading, and its marks are the query's words", async () => {
  const { results } = await search({ query: "worn compass", filter: { document_id: "handbook" } });
  const [best] = results;
  expect(best?.headings).toContain("The compass");
  const { text, marks, start } = best!.snippet!;
  expect(text).not.toContain("#");
  expect(best?.text.slice(start, start + text.length)).toBe(text);
  const marked = marks.map((mark) => text.slice(mark.start, mark.end).toLowerCase());
  expect(new Set(marked)).toEqual(new Set(["worn", "compass"]));
});

test.each([
  ['{"colour": "red"}', "filter"],
  ['{"custom": {"price": {"above": 3}}}', "filter.custom.price"],
  ['{"attributes": {"__proto__": 1}}', "filter.attributes.__proto__"],
  ['{"__proto__": {"document_id": "x"}}', "filter.__proto__"],
])("refuses a filter that it would not honour: %s", async (filter, path) => {
  const { status, body } = await callApi(app, "POST", "/search", {
    apiKey,
    body: `{"query": "compass", "filter": ${filter}}`,
  });
  expect(status).toBe(400);
  expect(body).toMatchObject({
    code: "invalid_request",
    issues: expect.arrayContaining([expect.objectContaining({ path })]) as unknown,
  });
});
