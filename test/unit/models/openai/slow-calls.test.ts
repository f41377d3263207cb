import { createServer } from "node:http";
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from "undici";
import { afterAll, beforeAll, expect, test } from "vitest";
import { post } from "../../../../lambdas/models/openai/openai-http.ts";
import { closeAtOnce, listen } from "../../../support/loopback.ts";

const slow = createServer((request, response) => {
  request.resume();
  response.setHeader("content-type", "application/json");
  setTimeout(() => response.end('{"ok": true}'), 2_500);
});
const before = getGlobalDispatcher();
let baseUrl: string;
beforeAll(async () => {
  baseUrl = await listen(slow);
  // What `fetch` does after 300 s, earlier.
  setGlobalDispatcher(new Agent({ headersTimeout: 500 }));
});
afterAll(async () => {
  setGlobalDispatcher(before);
  await closeAtOnce(slow);
});

const asked = (timeoutMs: number) =>
  post(
    { baseUrl },
    "/embeddings",
    {},
    { signal: AbortSignal.timeout(30_000), timeoutMs, correlationId: "x" },
  );

test("a call that may take ten minutes is not ended by the process's own limit", async () => {
  expect(await asked(600_000)).toEqual({ ok: true });
});

test("a call within that limit is made as any other", async () => {
  await expect(asked(30_000)).rejects.toThrow("fetch failed");
});
