/** Bounds of embedding endpoints in words that can be taken for something else, or in none. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { EmbeddingsRefusedError } from "../../../../lambdas/models/embeddings-refused.ts";
import { openAIEmbedder } from "../../../../lambdas/models/openai/openai-embedder.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Refusal = readonly [status: number, body: unknown];

/** Embeds what `refuse` lets pass, and lists how many texts each request had. */
async function endpoint(
  refuse: (texts: readonly string[]) => Refusal | undefined,
  embedding: (text: string) => unknown = () => [3, 4],
) {
  const asked: number[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const { input } = JSON.parse(await textOf(request)) as { input: string | string[] };
    const texts = [input].flat();
    asked.push(texts.length);
    const data = texts.map((text, index) => ({ index, embedding: embedding(text) }));
    const [status, body] = refuse(texts) ?? [200, { data }];
    response.writeHead(status).end(JSON.stringify(body));
  };
  server = createServer((request, response) => void reply(request, response));
  const started = server;
  await new Promise<void>((resolve) => {
    started.listen(0, "127.0.0.1", resolve);
  });
  const address = started.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen.");
  const provider = `http://127.0.0.1:${address.port}/v1`;
  const embedder = openAIEmbedder({
    identity: { provider, model: "m", recipe: "r" },
    clock: { now: () => Date.now() },
  });
  return { embedder, asked };
}

const call = () => ({ signal: AbortSignal.timeout(10_000), correlationId: "01J-1-embeddings-0" });
const short = Array.from({ length: 8 }, (_, i) => `Keeper ${i} opened sluice ${i * i} at dawn.`);
const long = "The sluices of Rotterdam open at dawn. ".repeat(60);
const isLong = (text: string) => text.length > 1_200;

test("a list that is too long for one of its types is sent in parts, not text by text", async () => {
  const { embedder, asked } = await endpoint((texts) =>
    texts.length <= 4
      ? undefined
      : [
          422,
          {
            detail: [
              {
                type: "too_long",
                loc: ["body", "input", "list[constrained-str]"],
                msg: `List should have at most 4 items after validation, not ${texts.length}`,
              },
            ],
          },
        ],
  );
  await embedder.embed(short, call());
  await embedder.embed(short, call());
  expect(asked).toEqual([8, 4, 4, 4, 4]);
});

test.each<readonly [string, ...Refusal]>([
  ["a bound for each text", 400, { message: "too many tokens: at most 512 tokens per text" }],
  [
    "a tensor",
    500,
    { error: "The expanded size of the tensor (600) must match the existing size (512)" },
  ],
  ["nothing", 500, "Internal Server Error"],
])(
  "a text that is too long is embedded in windows where the refusal names %s",
  async (_, ...refusal) => {
    const { embedder, asked } = await endpoint((texts) =>
      texts.some(isLong) ? refusal : undefined,
    );
    const { value } = await embedder.embed([...short.slice(0, 3), long], call());
    expect(value).toHaveLength(4);
    expect(asked.length).toBeLessThanOrEqual(9);
  },
);

test.each([
  ["no vector", undefined],
  ["null", null],
])("%s for one text, beside those of others, refuses that text", async (_, nothing) => {
  const { embedder } = await endpoint(
    () => undefined,
    (text) => (text === short[3] ? nothing : [3, 4]),
  );
  const error = await embedder.embed(short, call()).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(EmbeddingsRefusedError);
  expect((error as EmbeddingsRefusedError).message).toMatch(/^text 4 of 8/);
});
