/** Stored documents in memory: record and chunks, as the store step leaves them. */
import type { ChunkRow, DocumentVersion } from "../../lambdas/vectors/vector-store.ts";
import { ManualClock } from "./fakes/clock.ts";
import { MemoryAccounts } from "./fakes/metrics.ts";
import { MemoryDocumentStore } from "./fakes/records/document-store.ts";
import { MemoryErasures } from "./fakes/records/erasures.ts";
import { MemoryJobStore } from "./fakes/records/job-store.ts";
import { MemoryFinisher } from "./fakes/scheduling/finisher.ts";
import { MemoryWorkflow } from "./fakes/scheduling/workflow.ts";
import { MemoryCollection, MemoryVectorStore } from "./fakes/vector-store.ts";
import { documentOf, model, rowsOf } from "./vectors.ts";

export async function createLibrary() {
  const documents = new MemoryDocumentStore();
  const vectors = new MemoryVectorStore(new MemoryCollection());
  const clock = new ManualClock();
  const jobs = new MemoryJobStore(clock, new MemoryAccounts());

  /** Submits a version and publishes it. */
  async function store(given: Partial<DocumentVersion>, chunkCount: number): Promise<number> {
    const named = documentOf(given);
    const version = await documents.nextVersion(named);
    const publish = { version, holder: `job-${version}`, leaseMs: 1_000, nowMs: clock.now() };
    const begun = await documents.beginPublish(named, publish);
    if (begun !== "granted") throw new Error(`The document is ${begun}.`);
    await vectors.publish({ ...named, version }, rowsOf(chunkCount), model);
    await documents.commitPublish(named, publish.holder, {
      documentId: named.documentId,
      version,
      fingerprint: `print-${version}`,
      ...(named.title === undefined ? {} : { title: named.title }),
      chunkCount,
      ...model,
      storedAt: "2026-01-01T00:00:00.000Z",
    });
    return version;
  }

  return {
    documents,
    vectors,
    erasures: new MemoryErasures(),
    clock,
    jobs,
    finisher: new MemoryFinisher(),
    workflow: new MemoryWorkflow(),
    store,
    document: documentOf,
    rows: (count: number): ChunkRow[] => rowsOf(count),
  };
}

export type Library = Awaited<ReturnType<typeof createLibrary>>;
