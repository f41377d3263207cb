import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { HttpReranker } from "../../../../lambdas/models/rerank/http-reranker.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** An endpoint that answers so, and what it was asked. */
async function endpoint(status: number, answer: unknown, delayMs = 0) {
  const asked: { url: unknown; authorization: unknown; body: unknown }[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const { url, headers } = request;
    const body = JSON.parse(await text(request)) as unknown;
    asked.push({ url, authorization: headers.authorization, body });
    setTimeout(() => response.writeHead(status).end(JSON.stringify(answer)), delayMs);
  };
  server = createServer((request, response) => void reply(request, response));
  const listening = server;
  await new Promise<void>((resolve) => {
    listening.listen(0, "127.0.0.1", resolve);
  });
  const address = listening.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen.");
  return { baseUrl: `http://127.0.0.1:${address.port}/v1/`, asked };
}

test("asks as Cohere and Jina are asked, and answers the scores in the texts' order", async () => {
  const results = [
    { index: 1, relevance_score: 0.9, document: { text: "b" } },
    { index: 0, relevance_score: 0.1 },
  ];
  const { baseUrl, asked } = await endpoint(200, { model: "m", results });
  const apiKey = { current: () => Promise.resolve("secret") };
  const reranker = new HttpReranker({ baseUrl, model: "m", apiKey });
  expect(await reranker.score("which", ["a", "b"])).toEqual([0.1, 0.9]);
  expect(asked).toEqual([
    {
      url: "/v1/rerank",
      authorization: "Bearer secret",
      body: { model: "m", query: "which", documents: ["a", "b"], top_n: 2 },
    },
  ]);
});

test.each([
  [429, {}, /answered 429/],
  [200, { results: [{ index: 0, relevance_score: 1 }] }, /left out text 1/],
  [200, { scores: [1, 2] }, /results/],
])("refuses an answer that is none: %i %j", async (status, answer, message) => {
  const { baseUrl } = await endpoint(status, answer);
  await expect(new HttpReranker({ baseUrl }).score("x", ["a", "b"])).rejects.toThrow(message);
});

test("does not wait for one that hangs", async () => {
  const { baseUrl } = await endpoint(200, {}, 60_000);
  const reranker = new HttpReranker({ baseUrl, timeoutMs: 50 });
  await expect(reranker.score("x", ["a"])).rejects.toThrow(/timeout/);
});
