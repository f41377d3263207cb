/** Documents move to another embedding model while the deployed app is at work and functions are killed. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chunksOf } from "../support/api.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { functionProcesses } from "../support/deployment/function-processes.ts";
import { deployWithProvider, endOf, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";

let deployed: ProvidedApp;
beforeAll(async () => {
  deployed = await deployWithProvider({ SLUICE_METADATA_PER: "none" });
});
afterAll(() => deployed?.stop());

const before = { dimensions: 64 };
const after = { dimensions: 32, latencyMs: { embeddings: 300 } };
const documentIds = Array.from({ length: 12 }, (_, i) => `log-${i}`);

async function ingest(documentId: string, seed: number) {
  const { client } = deployed;
  return client.ingest({
    document_id: documentId,
    content_type: "text/markdown",
    text: markdown({ sections: 20, seed }),
    options: { chunking: { max_tokens: 100, overlap_tokens: 0 } },
  });
}

test("a reindex that is killed twice moves every document, while searches are answered", async () => {
  const { app, provider, client } = deployed;
  provider.script(before);
  const accepted = [];
  for (const [seed, id] of documentIds.entries()) accepted.push(await ingest(id, 6_000 + seed));
  for (const one of accepted) expect((await endOf(client, one)).status).toBe("completed");

  await app.redeploy({
    SLUICE_METADATA_PER: "none",
    SLUICE_METADATA_PROVIDER: "openai",
    SLUICE_LLM_BASE_URL: provider.baseUrl,
    SLUICE_EMBEDDINGS_PROVIDER: "openai",
    SLUICE_EMBEDDINGS_BASE_URL: provider.baseUrl,
    SLUICE_EMBEDDINGS_MODEL: "another-model",
  });
  provider.script(after);
  provider.reset();
  const query = { query: "measures the depth of the northern channel", limit: 5 };
  const first = await client.search(query);
  expect(first.results).toHaveLength(5);
  expect(first.notice).toMatch(/searched by words only/);

  expect(await client.reindex()).toMatchObject({ status: "running" });
  const searching = new AbortController();
  let answered = 0;
  const searches = (async () => {
    while (!searching.signal.aborted) {
      const { results } = await client.search(query);
      expect(results).toHaveLength(5);
      answered += 1;
      await sleep(1_000);
    }
  })();
  const { reembed, embed } = await functionNames(app.endpoint);
  const asks = () => provider.summary("embeddings").ok;
  for (const kill of [1, 2]) {
    const seen = asks();
    while (asks() < seen + 4) await sleep(100);
    for (const { pid, name } of functionProcesses(new URL(app.endpoint).port)) {
      if (name === reembed || (kill === 2 && name === embed)) process.kill(pid, "SIGKILL");
    }
  }
  // A document that comes meanwhile, one that changes, and one that goes.
  const changed = await ingest("log-3", 7_000);
  const added = await ingest("added", 7_001);
  await client.removeDocument("log-4");
  for (const one of [changed, added]) expect((await endOf(client, one)).status).toBe("completed");

  let state = await client.reindexState();
  for (const until = Date.now() + 400_000; state.status === "running"; ) {
    expect(Date.now()).toBeLessThan(until);
    await sleep(1_000);
    state = await client.reindexState();
  }
  searching.abort();
  await searches;
  expect(state).toMatchObject({ status: "completed", embedding_model: "another-model" });
  expect(answered).toBeGreaterThan(5);

  const ids = [...documentIds.filter((id) => id !== "log-4"), "added"];
  const page = await client.documents({ limit: 100 });
  expect(page.documents.map(({ document_id: id }) => id).toSorted()).toEqual(ids.toSorted());
  for (const document of page.documents) {
    expect(document).toMatchObject({ embedding_model: "another-model", dimensions: 32 });
    const chunks = await chunksOf(app, document.document_id);
    expect(chunks).toHaveLength(document.chunk_count);
  }
  const last = await client.search(query);
  expect(last.notice).toBeUndefined();
  expect(last.results).toHaveLength(5);
  for (const { vector_score } of last.results) expect(vector_score).toBeDefined();
  // Searches embed the same query each time; no chunk was asked about twice.
  const hashes = Object.values(provider.summary("embeddings").repeated);
  expect(hashes.length).toBeLessThanOrEqual(1);
}, 600_000);
