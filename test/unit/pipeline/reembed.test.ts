/** A tenant's documents move to another embedding model: on fakes, with the real model's place taken by a table of answers. */
import { beforeEach, describe, expect, test } from "vitest";
import { vectorAddress } from "../../../lambdas/pipeline/answer-addresses.ts";
import { encodeVectors } from "../../../lambdas/pipeline/batches.ts";
import {
  type PassageEmbedder,
  PassagesRefusedError,
  PassagesUnavailableError,
} from "../../../lambdas/pipeline/reembed/passage-embedder.ts";
import { type ReembedPorts, reembed } from "../../../lambdas/pipeline/reembed/reembed.ts";
import type { ModelIdentity } from "../../../lambdas/records/answers/answer-key.ts";
import type { Reindex } from "../../../lambdas/records/reindexes/reindex.ts";
import type { ChunkRow } from "../../../lambdas/vectors/vector-store.ts";
import { ManualClock } from "../../support/fakes/clock.ts";
import { MemoryAnswerStore } from "../../support/fakes/records/answer-store.ts";
import { MemoryDocumentStore } from "../../support/fakes/records/document-store.ts";
import { MemoryLeases } from "../../support/fakes/records/leases.ts";
import { MemoryReindexStore } from "../../support/fakes/records/reindex-store.ts";
import { MemoryCollection, MemoryVectorStore } from "../../support/fakes/vector-store.ts";
import { documentOf, model, rowOf } from "../../support/vectors.ts";

const identity: ModelIdentity = { provider: "https://new.example", model: "new", recipe: "r" };
const target = { identity, embeddingModel: "new" };
const page = { from: 0, limit: 999, vectors: true };
const ids = Array.from({ length: 40 }, (_, i) => `doc-${String(i).padStart(2, "0")}`);

let clock: ManualClock;
let ports: ReembedPorts;
let asked: string[];
let embed: PassageEmbedder["embed"];
let documents: MemoryDocumentStore;
let runs = 0;

beforeEach(async () => {
  clock = new ManualClock();
  asked = [];
  documents = new MemoryDocumentStore();
  const answers = new MemoryAnswerStore(clock);
  embed = async ({ tenant, texts }) => {
    asked.push(...texts);
    for (const text of texts) {
      const vector = Float32Array.from([text.length, 1, 0]);
      await answers.write(vectorAddress(tenant, identity, text), encodeVectors([vector]));
    }
  };
  ports = {
    answers,
    documents,
    vectors: new MemoryVectorStore(new MemoryCollection()),
    leases: new MemoryLeases(clock),
    reindexes: new MemoryReindexStore(),
    passages: { embed: (request) => embed(request) },
    clock,
  };
  for (const documentId of ids) await stored(documentId);
  await ports.reindexes.begin(reindex());
});

function reindex(given: Partial<Reindex> = {}): Reindex {
  const startedAt = new Date(clock.now()).toISOString();
  const times = { startedAt, updatedAt: startedAt };
  return {
    tenant: "acme",
    embeddingModel: "new",
    status: "running",
    total: 0,
    remaining: 0,
    ...times,
    ...given,
  };
}

async function stored(documentId: string, version = 1) {
  const document = documentOf({ documentId, version });
  const rows: ChunkRow[] = [0, 1].map((index) =>
    rowOf(index, `${documentId} v${version} says ${index}`, { context: "Title\n\n" }),
  );
  const record = {
    documentId,
    version,
    fingerprint: "before",
    chunkCount: 2,
    ...model,
    storedAt: "2026-11-30T00:00:00.000Z",
  };
  const holder = `store-${documentId}`;
  const publish = { version, holder, leaseMs: 1_000, nowMs: clock.now(), record };
  await documents.beginPublish(document, publish);
  await ports.vectors.publish(document, rows, model);
  await documents.commitPublish(document, holder, record);
}

const run = (given: Partial<ReembedPorts> = {}, untilMs = Number.POSITIVE_INFINITY) =>
  reembed("acme", target, { ...ports, ...given }, { run: `run-${runs++}`, untilMs });
const state = () => ports.reindexes.read("acme");

async function expectAllMoved() {
  for (const documentId of ids) {
    const chunks = await ports.vectors.chunks({ tenant: "acme", documentId }, page);
    expect(chunks.map(({ vector }) => vector?.length)).toEqual([3, 3]);
    expect(await documents.read({ tenant: "acme", documentId })).toMatchObject({
      embeddingModel: "new",
      dimensions: 3,
      version: 1,
      fingerprint: "",
    });
  }
  expect(await ports.vectors.outdated("acme", "new", 9)).toEqual({ documentIds: [], total: 0 });
}

describe("a reindex", () => {
  test("moves every document, asks for each text once, and says that it has", async () => {
    expect(await run()).toBe("ended");
    await expectAllMoved();
    expect(asked).toHaveLength(80);
    expect(new Set(asked).size).toBe(80);
    expect(asked[0]).toMatch(/^Title\n\ndoc-/);
    expect(await state()).toMatchObject({ status: "completed", total: 40, remaining: 0 });
  });

  test("out of time goes on in the next run", async () => {
    expect(await run({}, clock.now() - 1)).toBe("unfinished");
    expect(await state()).toMatchObject({ status: "running", total: 40, remaining: 40 });
    expect(await run()).toBe("ended");
    await expectAllMoved();
  });

  test("killed at any write loses nothing, pays for nothing twice, and ends in the next run", async () => {
    const { vectors } = ports;
    for (const method of ["publish", "removeOutdated"] as const) {
      for (const phase of ["before", "after"]) {
        const original = vectors[method] as (...given: unknown[]) => Promise<void>;
        let calls = 0;
        const dying = Object.assign(Object.create(vectors) as typeof vectors, {
          [method]: async (...given: unknown[]) => {
            calls += 1;
            if (calls === 3 && phase === "before") throw new Error("killed");
            await original(...given);
            if (calls === 3) throw new Error("killed");
          },
        });
        await expect(run({ vectors: dying })).rejects.toThrow("killed");
        for (const documentId of ids) {
          expect(await vectors.chunks({ tenant: "acme", documentId }, page)).toHaveLength(2);
        }
        await clock.advance(121_000);
      }
    }
    expect(await run()).toBe("ended");
    await expectAllMoved();
    expect(new Set(asked).size).toBe(asked.length);
  });

  test("waits for the provider, and says what it waits for", async () => {
    embed = async () => {
      throw new PassagesUnavailableError("CircuitOpenError: The breaker is open.");
    };
    expect(await run()).toBe("unfinished");
    expect(await state()).toMatchObject({ status: "running", message: /breaker is open/ });
  });

  test("ends with the provider's reason when it refuses every text", async () => {
    embed = async () => {
      throw new PassagesRefusedError("It answered 401.", false);
    };
    await run();
    expect(await state()).toMatchObject({ status: "failed", message: "It answered 401." });
  });

  test("leaves one document that is refused where it is, names it, and moves the others", async () => {
    const accept = embed;
    embed = async (request) => {
      if (request.texts.some((text) => text.includes("doc-05"))) {
        throw new PassagesRefusedError("chunk 0 cannot be embedded", true);
      }
      await accept(request);
    };
    await run();
    const { status, message, remaining } = (await state()) as Reindex;
    expect([status, remaining]).toEqual(["failed", 1]);
    expect(message).toMatch(/doc-05: chunk 0 cannot be embedded/);
    const kept = await ports.vectors.chunks({ tenant: "acme", documentId: "doc-05" }, page);
    expect(kept).toHaveLength(2);
  });

  test("cancelled asks for no further text", async () => {
    const accept = embed;
    embed = async (request) => {
      await accept(request);
      const current = (await state()) as Reindex;
      await ports.reindexes.note({ ...current, status: "cancelled" });
    };
    expect(await run()).toBe("ended");
    expect(await state()).toMatchObject({ status: "cancelled" });
    expect(asked.length).toBeLessThanOrEqual(64);
  });

  test("leaves a document that is being stored or removed to whoever holds it", async () => {
    const held = { tenant: "acme", documentId: "doc-07" };
    const publish = { version: 2, holder: "job", leaseMs: 60_000, nowMs: clock.now() };
    await documents.beginPublish(held, publish);
    expect(await run()).toBe("unfinished");
    await ports.vectors.remove(held);
    await documents.remove(held, { version: 2, holder: "job" });
    expect(await run()).toBe("ended");
    expect(await ports.vectors.chunks(held, page)).toEqual([]);
    expect(await documents.read(held)).toBeUndefined();
  });

  test("does not bring back what was removed or replaced meanwhile", async () => {
    const accept = embed;
    embed = async (request) => {
      await accept(request);
      embed = accept;
      await ports.vectors.remove(documentOf({ documentId: "doc-01" }));
      const removal = { version: 2, holder: "remove" };
      const ref = { tenant: "acme", documentId: "doc-01" };
      await documents.beginPublish(ref, { ...removal, leaseMs: 1, nowMs: clock.now() });
      await documents.remove(ref, removal);
      await stored("doc-02", 2);
    };
    expect(await run()).toBe("ended");
    const chunks = (documentId: string) =>
      ports.vectors.chunks({ tenant: "acme", documentId }, page);
    expect(await chunks("doc-01")).toEqual([]);
    expect((await chunks("doc-02")).map(({ version }) => version)).toEqual([2, 2]);
  });

  test("is run by one function at a time", async () => {
    await ports.leases.acquire("reindex:acme", "another", 60_000);
    expect(await run()).toBe("busy");
    expect(asked).toEqual([]);
  });
});
