/** Base URLs that are not quite right. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text as textOf } from "node:stream/consumers";
import { afterEach, describe, expect, test } from "vitest";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

type Answer = readonly [status: number, body: unknown];

const content = '{"title": "The keeper", "summary": "He opens."}';
const described: Answer = [200, { choices: [{ message: { content } }] }];
const notFound: Answer = [404, { detail: "Not Found" }];

/** Answers by the path and number of a request, and lists the paths. */
async function endpoint(
  answerTo: (path: string, number: number, body: Record<string, unknown>) => Answer,
) {
  const paths: string[] = [];
  const reply = async (request: IncomingMessage, response: ServerResponse) => {
    const body = JSON.parse(await textOf(request)) as Record<string, unknown>;
    const path = request.url ?? "";
    const [status, answer] = answerTo(path, paths.push(path), body);
    response.writeHead(status).end(JSON.stringify(answer));
  };
  server = createServer((request, response) => void reply(request, response));
  const started = server;
  await new Promise<void>((resolve) => {
    started.listen(0, "127.0.0.1", resolve);
  });
  const address = started.address();
  if (typeof address !== "object" || address === null) throw new Error("It does not listen.");
  return { baseUrl: `http://127.0.0.1:${address.port}`, paths };
}

const languageModel = (provider: string) =>
  openAILanguageModel({
    identity: { provider, model: "m", recipe: "r" },
    clock: { now: () => Date.now() },
  });
const ask = (model: ReturnType<typeof languageModel>) =>
  model
    .describe(
      { text: "The keeper opened the sluices.", headings: [] },
      { signal: AbortSignal.timeout(10_000), correlationId: "01J-1-metadata-0" },
    )
    .then(
      ({ value }) => value.title,
      (error: unknown) => (error as Error).name,
    );

describe("a base URL without /v1", () => {
  const call = "/v1/chat/completions";

  test("is understood, and asked there from then on", async () => {
    const { baseUrl, paths } = await endpoint((path) => (path === call ? described : notFound));
    const model = languageModel(`${baseUrl}/`);
    expect([await ask(model), await ask(model)]).toEqual(["The keeper", "The keeper"]);
    expect(paths).toEqual(["/chat/completions", call, call]);
  });

  test("is understood also where the server says so with 200, or wants another form", async () => {
    const { baseUrl, paths } = await endpoint((path, _, body) => {
      if (path !== call) return [200, { error: `Unexpected endpoint or method. (POST ${path})` }];
      return "response_format" in body ? [400, { error: "unknown: response_format" }] : described;
    });
    expect(await ask(languageModel(baseUrl))).toBe("The keeper");
    expect(paths.length).toBeLessThanOrEqual(4);
  });

  test("that lacks something else is asked there once, and named", async () => {
    const { baseUrl, paths } = await endpoint(() => notFound);
    const model = languageModel(`${baseUrl}/api`);
    expect(await ask(model)).toBe("ProviderMisconfiguredError");
    expect(await ask(model)).toBe("ProviderMisconfiguredError");
    expect(paths).toHaveLength(3);
  });

  test("is right where only the model is unknown", async () => {
    const message = "The model `m` does not exist.";
    const { baseUrl, paths } = await endpoint(() => [404, { error: { message } }]);
    expect(await ask(languageModel(baseUrl))).toBe("ProviderMisconfiguredError");
    expect(paths).toHaveLength(1);
  });
});

test.each(["http://user:secret@127.0.0.1:8080/v1", "ftp://127.0.0.1/v1"])(
  "%s is no address to wait for",
  async (baseUrl) => {
    expect(await ask(languageModel(baseUrl))).toBe("ProviderMisconfiguredError");
  },
);
