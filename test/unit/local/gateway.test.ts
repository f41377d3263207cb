import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { sha256 } from "../../../lambdas/platform/sha256.ts";
import { type Gateway, openGateway } from "../../../local/gateway.ts";
import { freePort } from "../../../local/tcp-ports.ts";

type Answering = (request: IncomingMessage, response: ServerResponse) => unknown;

let gateway: Gateway;
let upstream: Server;
let answering: Answering;

beforeEach(async () => {
  gateway = await openGateway(0);
  upstream = createServer((request, response) => answering(request, response));
  await new Promise<void>((resolve) => upstream.listen(0, "127.0.0.1", resolve));
});

afterEach(async () => {
  await gateway.close();
  upstream.closeAllConnections();
  upstream.close();
});

function connect(): void {
  const { port } = upstream.address() as AddressInfo;
  gateway.connect(`http://127.0.0.1:${port}/restapis/abc/v1/_user_request_`);
}

async function hashOf(request: IncomingMessage): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of request) hash.update(piece as Buffer);
  return hash.digest("hex");
}

test("passes method, path, query, headers and body on, and status, headers and body back", async () => {
  answering = async (request, response) => {
    const { method, url, headers } = request;
    const seen = { method, url, key: headers["x-api-key"], hash: await hashOf(request) };
    response
      .writeHead(503, { "retry-after": "7", "content-type": "application/json" })
      .end(JSON.stringify(seen));
  };
  connect();
  const body = "🚰".repeat(100_000);
  const response = await fetch(`${gateway.url}/v1/jobs/a%3Ab?limit=2&status=failed`, {
    method: "POST",
    headers: { "x-api-key": "secret" },
    body,
  });
  expect(response.status).toBe(503);
  expect(response.headers.get("retry-after")).toBe("7");
  expect(await response.json()).toEqual({
    method: "POST",
    url: "/restapis/abc/v1/_user_request_/jobs/a%3Ab?limit=2&status=failed",
    key: "secret",
    hash: sha256(body),
  });
});

test("a waiting call does not block other calls", async () => {
  const waiting: ServerResponse[] = [];
  answering = (request, response) => {
    if (request.url?.endsWith("/slow")) waiting.push(response);
    else response.end("quick");
  };
  connect();
  const slow = Array.from({ length: 20 }, () => fetch(`${gateway.url}/v1/slow`));
  const quick = await fetch(`${gateway.url}/v1/quick`);
  expect(await quick.text()).toBe("quick");
  while (waiting.length < slow.length) await new Promise((resolve) => setTimeout(resolve, 5));
  for (const response of waiting) response.end("slow");
  const texts = await Promise.all(slow.map(async (response) => (await response).text()));
  expect(new Set(texts)).toEqual(new Set(["slow"]));
});

test("an answer comes through as it is written", async () => {
  let finish = () => {};
  answering = (_, response) => {
    response.write("first");
    finish = () => response.end("second");
  };
  connect();
  const response = await fetch(`${gateway.url}/v1/stream`);
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader.read()).value).toBe("first");
  finish();
  expect((await reader.read()).value).toBe("second");
});

test("a client that hangs up ends its call", async () => {
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => (arrived = resolve));
  const ended = new Promise<void>((resolve) => {
    answering = (request) => {
      request.socket.once("close", resolve);
      arrived();
    };
  });
  connect();
  const leaving = new AbortController();
  const call = fetch(`${gateway.url}/v1/slow`, { signal: leaving.signal });
  await arrival;
  leaving.abort();
  await expect(call).rejects.toThrow("aborted");
  await ended;
});

test.for([
  ["before anything is behind it", () => {}],
  ["when what was behind it is gone", () => gateway.connect("http://127.0.0.1:1/v1")],
])("answers 503 in the form of an error %s", async ([, arrange]) => {
  (arrange as () => void)();
  const response = await fetch(`${gateway.url}/v1/jobs`);
  expect(response.status).toBe(503);
  expect(await response.json()).toMatchObject({
    code: "unavailable",
    error: expect.stringMatching(/\.$/) as string,
    request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
  });
});

test("names the log of an emulator of its own that does not answer, and of no other", async () => {
  const told = async () => {
    const response = await fetch(`${gateway.url}/v1/jobs`);
    return ((await response.json()) as { error: string }).error;
  };
  gateway.connect("http://127.0.0.1:1/v1", "/somewhere/emulator.log");
  expect(await told()).toBe("The emulator does not respond. See its log: /somewhere/emulator.log");
  gateway.connect("http://127.0.0.1:1/v1");
  expect(await told()).toBe("The emulator does not respond.");
});

test("answers 404 for what is not the API", async () => {
  connect();
  for (const path of ["/v2/jobs", "/v1jobs", "/favicon.ico"]) {
    const response = await fetch(gateway.url + path);
    expect([path, response.status]).toEqual([path, 404]);
  }
});

test("a port that is taken is named, with what to do", async () => {
  const port = Number(new URL(gateway.url).port);
  await expect(openGateway(port)).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is in use by another program. Stop it, or use another port: SLUICE_PORT=`,
  );
  await (await openGateway(await freePort())).close();
});
