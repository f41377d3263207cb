import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { sha256 } from "../../../lambdas/platform/sha256.ts";
import { type FakeProvider, startFakeProvider } from "../../support/fake-provider/fake-provider.ts";
import type { ScriptInput } from "../../support/fake-provider/fake-provider-script.ts";

let provider: FakeProvider;
beforeEach(async () => {
  provider = await startFakeProvider();
});
afterEach(() => provider.close());

const chat = (text: string, correlationId = "01J-1") =>
  fetch(`${provider.baseUrl}/chat/completions`, {
    method: "POST",
    headers: { "x-correlation-id": correlationId },
    body: JSON.stringify({ model: "m", messages: [{ role: "user", content: text }] }),
  });
const statuses = async (texts: readonly string[]) => {
  const answers = await Promise.all(texts.map((text) => chat(text)));
  return answers.map((answer) => answer.status);
};
const numbered = (count: number) => Array.from({ length: count }, (_, i) => `text ${i}`);

describe("the fake provider", () => {
  test("records the peak in flight, in all, by correlation id and by job", async () => {
    provider.script({ latencyMs: { chat: 100 } });
    await Promise.all([
      chat("a", "01A-1-metadata-0"),
      chat("b", "01A-1-metadata-0"),
      chat("c", "01A-1-metadata-1"),
      chat("d", "01B-1-metadata-0"),
    ]);
    await chat("e", "01B-1-metadata-0");
    expect(provider.summary("chat")).toMatchObject({
      calls: 5,
      ok: 5,
      peak: 4,
      peakPerCorrelation: 2,
      peakPerJob: 3,
    });
    expect(provider.summary("embeddings")).toMatchObject({ calls: 0, peak: 0 });
  });

  test("answers what still waits when its script is replaced, as the old one says", async () => {
    provider.script({ latencyMs: { chat: 60_000 }, faults: [{ kind: "server-error" }] });
    const waiting = statuses(["a", "b"]);
    while (provider.summary("chat").peak < 2) await new Promise(setImmediate);
    provider.script({});
    expect(await waiting).toEqual([500, 500]);
    expect(await statuses(["a"])).toEqual([200]);
  });

  test("counts as repeated only texts that it answered more than once", async () => {
    provider.script({ faults: [{ kind: "server-error", whenText: "flaky", firstAsks: 1 }] });
    for (const text of ["once", "twice", "twice", "flaky", "flaky"]) await chat(text);
    expect(provider.summary("chat").repeated).toEqual({ [sha256("twice")]: 2 });
    expect(provider.summary("chat").outcomes).toEqual({ ok: 4, "server-error": 1 });
  });

  test("fails the same share and the same texts for a seed, whatever their order", async () => {
    const faults: ScriptInput["faults"] = [{ kind: "server-error", probability: 0.3 }];
    const texts = numbered(200);
    provider.script({ seed: 7, faults });
    const first = await statuses(texts);
    provider.reset();
    provider.script({ seed: 7, faults });
    const again = (await statuses(texts.toReversed())).toReversed();
    provider.reset();
    provider.script({ seed: 8, faults });
    const other = await statuses(texts);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    const failed = first.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(35);
    expect(failed).toBeLessThan(85);
  });

  test("keeps a fault to so many calls, and an outage to its window", async () => {
    provider.script({ faults: [{ kind: "rate-limit", times: 2 }] });
    expect((await statuses(numbered(5))).toSorted((a, b) => a - b)).toEqual([
      200, 200, 200, 429, 429,
    ]);
    provider.script({ faults: [{ kind: "server-error", status: 503, fromMs: 0, untilMs: 300 }] });
    expect((await chat("during")).status).toBe(503);
    await expect.poll(async () => (await chat("after")).status, { timeout: 5_000 }).toBe(200);
  });

  test("does what it is told over HTTP, and refuses what it does not understand", async () => {
    const put = (body: unknown) =>
      fetch(`${provider.controlUrl}/script`, { method: "PUT", body: JSON.stringify(body) });
    expect((await put({ faults: [{ kind: "no such fault" }] })).status).toBe(400);
    expect((await put({ faults: [{ kind: "rate-limit" }] })).status).toBe(200);
    expect((await chat("a")).status).toBe(429);
    const summary = await (await fetch(`${provider.controlUrl}/summary`)).json();
    expect(summary).toMatchObject({ chat: { calls: 1, outcomes: { "rate-limit": 1 } } });
    const calls = await (await fetch(`${provider.controlUrl}/calls`)).json();
    expect(calls).toMatchObject([
      { textHashes: [sha256("a")], correlationId: "01J-1", status: 429 },
    ]);
    await fetch(`${provider.controlUrl}/reset`, { method: "POST" });
    expect(provider.calls).toEqual([]);
  });

  test("runs on its own, says where, and ends when asked", async () => {
    const child = spawn(
      process.execPath,
      [
        join(import.meta.dirname, "../../support/fake-provider/fake-provider.ts"),
        "--script",
        '{"dimensions": 8}',
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    const { base_url } = JSON.parse(line.toString()) as { base_url: string };
    const answer = await fetch(`${base_url}/embeddings`, {
      method: "POST",
      body: JSON.stringify({ model: "m", input: ["a", "b"] }),
    });
    const { data } = (await answer.json()) as { data: { embedding: number[] }[] };
    expect(data.map(({ embedding }) => embedding.length)).toEqual([8, 8]);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
