/** A server that fails over a parameter without a word (500), and one that was away for a moment. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { openAIEmbedder } from "../../../../lambdas/models/openai/openai-embedder.ts";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Body = Readonly<Record<string, unknown>>;

/** Fails where told to, by the number of the request, and lists what it was asked. */
async function endpoint(
  fails: (body: Body, number: number) => boolean,
  answer: (body: Body) => unknown,
) {
  const asked: Body[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await textOf(request)) as Body;
    if (fails(body, asked.push(body))) response.writeHead(500).end("Internal Server Error");
    else response.end(JSON.stringify(answer(body)));
  };
  server = createServer((request, response) => void reply(request, response));
  const started = server;
  await new Promise<void>((resolve) => {
    started.listen(0, "127.0.0.1", resolve);
  });
  const address = started.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen.");
  const identity = { provider: `http://127.0.0.1:${address.port}/v1`, model: "m", recipe: "r" };
  return { identity, asked };
}

const clock = { now: () => Date.now() };
const call = () => ({ signal: AbortSignal.timeout(10_000), correlationId: "01J-1-metadata-0" });
const content = '{"title": "The keeper", "summary": "He opens."}';
const described = () => ({ choices: [{ message: { content } }] });

async function describing(fails: (body: Body, number: number) => boolean, times: number) {
  const { identity, asked } = await endpoint(fails, described);
  const model = openAILanguageModel({ identity, clock });
  const outcomes: string[] = [];
  for (let n = 0; n < times; n++) {
    outcomes.push(
      await model.describe({ text: `Text ${n}`, headings: [] }, call()).then(
        () => "ok",
        (error: unknown) => (error as Error).name,
      ),
    );
  }
  return { outcomes, forms: asked.map((body) => (body["response_format"] ? "json" : "plain")) };
}

test("a form of answers over which a server fails is given up after three failures", async () => {
  const fails = (body: Body) => body["response_format"] !== undefined;
  const { outcomes, forms } = await describing(fails, 5);
  const failed = "ProviderUnavailableError";
  expect(outcomes).toEqual([failed, failed, "ok", "ok", "ok"]);
  // The call after the first answer shows that it was no outage.
  expect(forms).toEqual(["json", "json", "json", "plain", "json", "plain", "plain"]);
});

test("it is kept where the server was away, and nothing is asked twice", async () => {
  const { outcomes, forms } = await describing((_, number) => number <= 3, 5);
  expect(outcomes.slice(2)).toEqual(["ok", "ok", "ok"]);
  expect(forms).toEqual(["json", "json", "json", "plain", "json", "json"]);
});

test("an outage costs one request more, and takes nothing from what is asked for", async () => {
  const { outcomes, forms } = await describing((_, number) => number <= 6, 7);
  expect(outcomes.slice(5)).toEqual(["ok", "ok"]);
  expect(forms).toEqual(["json", "json", "json", "plain", "json", "json", "json", "json"]);
});

test("base64 over which a server fails is given up, too", async () => {
  const { identity, asked } = await endpoint(
    (body) => body["encoding_format"] !== undefined,
    ({ input }) => ({ data: [input].flat().map((_, index) => ({ index, embedding: [3, 4] })) }),
  );
  const embedder = openAIEmbedder({ identity, clock });
  const texts = Array.from({ length: 8 }, (_, n) => `Text ${n}`);
  const embedded = () => embedder.embed(texts, call()).then(({ value }) => value.length);
  const outcomes: number[] = [];
  for (let n = 0; n < 7; n++) outcomes.push(await embedded().catch(() => 0));
  expect(outcomes.at(-1)).toBe(8);
  const before = asked.length;
  expect(await embedded()).toBe(8);
  expect(asked.length - before).toBe(1);
});
