import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { HttpReranker } from "../../../../lambdas/models/openai/http-reranker.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answer = readonly [status: number, answer: unknown];

/** An endpoint that answers so, and what it was asked. */
function endpoint(status: number, answer: unknown, delayMs = 0) {
  return listening(() => [status, answer], delayMs);
}

async function listening(answerTo: (body: Record<string, unknown>) => Answer, delayMs = 0) {
  const asked: { url: unknown; authorization: unknown; body: unknown }[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const { url, headers } = request;
    const body = JSON.parse(await text(request)) as Record<string, unknown>;
    asked.push({ url, authorization: headers.authorization, body });
    const [status, answer] = answerTo(body);
    setTimeout(() => response.writeHead(status).end(JSON.stringify(answer)), delayMs);
  };
  server = createServer((request, response) => void reply(request, response));
  const started = server;
  await new Promise<void>((resolve) => {
    started.listen(0, "127.0.0.1", resolve);
  });
  const address = started.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen.");
  return { baseUrl: `http://127.0.0.1:${address.port}/v1/`, asked };
}

test("asks as Cohere and Jina are asked, and answers the scores in the texts' order", async () => {
  const results = [
    { index: 1, relevance_score: 0.9, document: { text: "b" } },
    { index: 0, relevance_score: 0.1 },
  ];
  const { baseUrl, asked } = await endpoint(200, { model: "m", results });
  const apiKey = {
    current: () => Promise.resolve("secret"),
    replaced: () => Promise.resolve(false),
  };
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

test.each<readonly [string, (body: Record<string, unknown>) => Answer]>([
  [
    "TEI",
    ({ texts }) =>
      texts === undefined
        ? [422, "Failed to deserialize the JSON body into the target type: missing field `texts`"]
        : [
            200,
            [
              { index: 1, score: 0.9 },
              { index: 0, score: 0.1 },
            ],
          ],
  ],
  [
    "Voyage",
    ({ top_n }) =>
      top_n === undefined
        ? [
            200,
            {
              object: "list",
              data: [
                { relevance_score: 0.1, index: 0 },
                { relevance_score: 0.9, index: 1 },
              ],
            },
          ]
        : [400, { detail: "Argument 'top_n' is not supported by our API." }],
  ],
  [
    "NIM",
    () => [
      200,
      {
        rankings: [
          { index: 0, logit: 0.1 },
          { index: 1, logit: 0.9 },
        ],
      },
    ],
  ],
])("learns how %s is asked", async (_, answerTo) => {
  const { baseUrl, asked } = await listening(answerTo);
  const reranker = new HttpReranker({ baseUrl });
  expect(await reranker.score("which", ["a", "b"])).toEqual([0.1, 0.9]);
  const refused = asked.length - 1;
  expect(refused).toBeLessThanOrEqual(1);
  await reranker.score("which", ["a", "b"]);
  expect(asked.length).toBe(refused + 2);
});

const scores = (texts: readonly string[]) => texts.map((text) => Number(text) / 100);

test("asks an endpoint that takes few texts a request in parts, and remembers it", async () => {
  const { baseUrl, asked } = await listening(({ texts }) => {
    if (!Array.isArray(texts)) return [422, "missing field `texts`"];
    if (texts.length > 32) {
      const error = `batch size ${texts.length} > maximum allowed batch size 32`;
      return [422, { error, error_type: "Validation" }];
    }
    return [200, scores(texts as string[]).map((score, index) => ({ index, score }))];
  });
  const reranker = new HttpReranker({ baseUrl });
  const texts = Array.from({ length: 50 }, (_, i) => String(i));
  expect(await reranker.score("which", texts)).toEqual(scores(texts));
  expect(asked).toHaveLength(4);
  expect(await reranker.score("which", texts)).toEqual(scores(texts));
  expect(asked).toHaveLength(6);
});

test.each<readonly [string, (body: Record<string, unknown>) => Answer]>([
  [
    "that needs it",
    ({ truncate }) =>
      truncate === true
        ? [200, [{ index: 0, score: 0.5 }]]
        : [413, { error: "`inputs` must have less than 512 tokens. Given: 600" }],
  ],
  [
    "until it refuses that",
    ({ truncate }) =>
      truncate === undefined
        ? [200, [{ index: 0, score: 0.5 }]]
        : [422, "unknown field `truncate`"],
  ],
])("asks an endpoint that knows texts to cut them, one %s", async (_, answerTo) => {
  const { baseUrl } = await listening((body) =>
    body["texts"] === undefined ? [422, "missing field `texts`"] : answerTo(body),
  );
  expect(await new HttpReranker({ baseUrl }).score("x", ["a"])).toEqual([0.5]);
});

test("reads results within an output", async () => {
  const results = [{ index: 0, relevance_score: 0.5 }];
  const { baseUrl } = await endpoint(200, { output: { results }, usage: { total_tokens: 9 } });
  expect(await new HttpReranker({ baseUrl }).score("x", ["a"])).toEqual([0.5]);
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
