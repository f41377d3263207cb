/** Documents on their whole way, described and embedded by endpoints as they really are. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { environment } from "../../lambdas/platform/environment.ts";
import { chunksOf } from "../support/api.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { functionProcesses } from "../support/deployment/function-processes.ts";
import { deployWithProvider, endOf, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { refusing, usable } from "./quirks.ts";

let deployed: ProvidedApp;
let callers: readonly string[];

beforeAll(async () => {
  deployed = await deployWithProvider();
  const { metadata, embed } = await functionNames(deployed.app.endpoint);
  callers = [metadata, embed];
});
afterAll(() => deployed?.stop());

/** Functions remember what an endpoint takes; each test has an endpoint that is new to them. */
beforeEach(() => {
  for (const { pid, name } of functionProcesses(new URL(deployed.app.endpoint).port)) {
    if (callers.includes(name)) process.kill(pid, "SIGKILL");
  }
  deployed.provider.script({});
  deployed.provider.reset();
});

/**
 * The steps meet every one of these endpoints in test/unit/pipeline/enrich/endpoints.test.ts. Over the
 * deployed stack each takes four seconds, so only every eighth comes here, unless all are asked for.
 */
const inTurn = <T>(endpoints: readonly T[]) =>
  environment["SLUICE_TEST_ENDPOINTS"] === "all"
    ? endpoints
    : endpoints.filter((_, place) => place % 8 === 0);

let seed = 4_000;
const sections = 14;

async function ingest(chunks = sections) {
  const { client } = deployed;
  const accepted = await client.ingest({
    content_type: "text/markdown",
    text: markdown({ sections: chunks, seed: seed++ }),
    options: { chunking: { max_tokens: 100, overlap_tokens: 0 } },
  });
  return endOf(client, accepted, 100_000);
}

describe("an endpoint that can be used", () => {
  test.each(inTurn(usable))("and $title", async ({ script }) => {
    const { provider, app } = deployed;
    provider.script(script);
    const job = await ingest();
    expect(job.error).toBeUndefined();
    expect(job.result).toMatchObject({ degraded: false, failed_chunks: [] });
    const chunks = await chunksOf(app, job.document_id);
    expect(chunks.length).toBeGreaterThanOrEqual(sections);
    for (const { metadata } of chunks) expect(metadata?.title).toMatch(/\S/);
    // Two batches of each stage run side by side, each in a process that has to learn.
    expect(provider.summary("chat").calls).toBeLessThanOrEqual(chunks.length + 4);
    expect(provider.summary("embeddings").calls).toBeLessThanOrEqual(chunks.length + 4);
    expect(Object.keys(provider.summary("chat").repeated)).toEqual([]);
  });

  test.each([
    [
      "cuts off one answer every time",
      { quirks: { thinksForTokens: 1e6, thinksAbout: "Section 5" } },
    ],
    [
      "filters one text",
      {
        faults: [
          {
            kind: "answer" as const,
            endpoint: "chat" as const,
            status: 400,
            whenText: "Section 5",
            body: { error: { code: "content_filter", message: "no" } },
          },
        ],
      },
    ],
  ])("but %s leaves that chunk alone without metadata", async (_, script) => {
    deployed.provider.script(script);
    const job = await ingest();
    expect(job.result).toMatchObject({ degraded: true });
    expect(job.result?.failed_chunks).toHaveLength(1);
    const { calls } = deployed.provider.summary("chat");
    expect(calls).toBeLessThanOrEqual((job.result?.chunk_count ?? 0) + 4);
  });

  test("but has no numbers for one text fails the job, which names it, and embeds the others", async () => {
    const { provider } = deployed;
    provider.script({
      faults: [
        { kind: "server-error", endpoint: "embeddings", whenText: "Section 5", status: 500 },
      ],
    });
    const job = await ingest();
    expect(job.status).toBe("failed");
    expect(job.error?.message).toMatch(/chunk \d+/);
    expect(provider.summary("embeddings").calls).toBeLessThanOrEqual(sections + 8);
    provider.script({});
    await deployed.client.retry(job.job_id);
    const again = await endOf(deployed.client, job, 100_000);
    expect(again.status).toBe("completed");
    expect(Object.keys(provider.summary("embeddings").repeated)).toEqual([]);
  });
});

describe("a document of thirty chunks whose endpoint", () => {
  test.each(inTurn(refusing))(
    "$title fails with the reason in at most 25 asks",
    async (refusal) => {
      const { provider } = deployed;
      provider.script(refusal.script);
      const job = await ingest(30);
      expect(job.status).toBe("failed");
      expect(job.error?.code).toBe(refusal.code);
      expect(job.error?.message).toMatch(refusal.reason);
      // Another stage runs meanwhile, and is not refused.
      const asks = provider.calls.filter(({ outcome }) => outcome !== "ok");
      expect(asks.length).toBeLessThanOrEqual(25);
      expect(asks.length).toBeGreaterThan(0);
    },
  );
});
