/** A bucket, its source, and a search over what the jobs of the source have stored, in memory. */
import { type SourceConfig, sourceConfigSchema } from "../../lambdas/contract/sources.ts";
import type { DocumentRef } from "../../lambdas/records/documents/document-store.ts";
import { type AttemptId, parseAttemptId } from "../../lambdas/records/jobs/attempt.ts";
import { objectKeys } from "../../lambdas/records/objects/object-keys.ts";
import { finish } from "../../lambdas/scheduling/finish/finish.ts";
import { feed } from "../../lambdas/sources/feed/feed.ts";
import { takeHints } from "../../lambdas/sources/feed/take-hints.ts";
import { reconcile } from "../../lambdas/sources/reconcile/reconcile.ts";
import { type Source, sourceOf } from "../../lambdas/sources/source.ts";
import { type OnCall, observed } from "./fakes/models/calls.ts";
import { MemoryBucket } from "./fakes/sources/bucket.ts";
import { MemoryRecordStore } from "./fakes/sources/record-store.ts";
import { MemorySourceStore } from "./fakes/sources/source-store.ts";
import { portsOf } from "./fakes/world.ts";
import { createPipeline } from "./pipeline.ts";

export interface Searchable {
  readonly text: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export type SourcesWorld = ReturnType<typeof createSourcesWorld>;

/** A text with this in it fails its job for good. */
export const unreadable = "unreadable";

export function createSourcesWorld(
  config: Partial<SourceConfig> = {},
  { maxActive = 3, maxQueued = 5, pageSize = 1_000, seed = 1, besides = [] as string[] } = {},
) {
  const pipeline = createPipeline({ maxActive, maxQueued, seed });
  const { world, settings } = pipeline;
  const bucket = new MemoryBucket(world.objects, pageSize, world.clock);
  const source = sourceOf(
    sourceConfigSchema.parse({ name: "docs", tenant: "acme", bucket: "files", ...config }),
  );
  /** Further sources, each with a bucket of its own of the same name. */
  const others = besides.map((name) => ({
    bucket: new MemoryBucket(world.objects, pageSize, world.clock),
    source: sourceOf(sourceConfigSchema.parse({ name, tenant: "acme", bucket: name })),
  }));
  const search = new Map<string, Searchable>();
  const records = new MemoryRecordStore();
  const sources = new MemorySourceStore();

  /** As the function that removes documents does it. */
  const removeFrom = (ports: typeof world) => async (ref: DocumentRef, holder: string) => {
    const version = await ports.documents.nextVersion(ref);
    const nowMs = world.clock.now();
    const publish = { version, holder, leaseMs: 34_000, nowMs };
    if ((await ports.documents.beginPublish(ref, publish)) !== "granted") return "busy" as const;
    search.delete(ref.documentId);
    await ports.documents.remove(ref, { version, holder });
    return "removed" as const;
  };

  /** @param onCall watches or ends the function that uses these ports */
  const portsWith = (onCall: OnCall = () => {}) => {
    const own = portsOf({ ...world, records, sources }, onCall);
    const watched = observed("bucket", bucket, onCall);
    const bucketOf = (of: Source) => others.find((one) => one.source === of)?.bucket ?? watched;
    return { ...own, bucketOf, removeDocument: removeFrom(own) };
  };

  const anyTime = Number.POSITIVE_INFINITY;
  const started = new Set<AttemptId>();
  return {
    ...pipeline,
    bucket,
    source,
    search,
    records,
    sources,
    others,
    feed: (onCall?: OnCall) =>
      feed([source, ...others.map((one) => one.source)], portsWith(onCall), settings, anyTime),
    notice: (bodies: readonly string[], onCall?: OnCall) =>
      takeHints(
        bodies.map((body, i) => ({ id: String(i), body })),
        [source],
        portsWith(onCall),
      ),
    reconcile: (onCall?: OnCall, untilMs = anyTime, of = source) => {
      const holder = world.chance.jobId();
      return reconcile(of, { holder, untilMs }, portsWith(onCall));
    },
    /** Dispatches, and ends every running job. */
    runJobs: async () => {
      await pipeline.dispatch();
      for (const id of (await pipeline.held()).active) {
        if (started.has(id)) continue;
        started.add(id);
        await runJob(id);
      }
    },
  };

  async function runJob(id: AttemptId): Promise<void> {
    const attempt = parseAttemptId(id);
    const job = await world.jobs.read(attempt.jobId);
    if (job === undefined) return;
    const { tenant, documentId, documentVersion: version, attributes } = job;
    const ref = { tenant, documentId };
    const bytes = await world.objects.get(objectKeys(job.jobId).original);
    const text = Buffer.from(bytes).toString("utf8");
    if (text.includes(unreadable)) {
      const failure = { error: "InvalidDocumentError", cause: "It cannot be read." };
      await finish(attempt, { kind: "failed", failure }, world);
      return;
    }
    const nowMs = world.clock.now();
    const publish = { version, holder: id, leaseMs: 330_000, nowMs };
    const begun = await world.documents.beginPublish(ref, publish);
    if (begun === "busy") throw new Error(`Two publish ${documentId} at once.`);
    const stored = storedRecord(documentId, version);
    if (begun === "granted") {
      if (tenant === source.tenant) search.set(documentId, { text, attributes });
      await world.documents.commitPublish(ref, id, stored);
    }
    await world.jobs.recordStored(attempt, {
      documentId,
      documentVersion: version,
      chunkCount: 1,
      embeddingModel: stored.embeddingModel,
      dimensions: stored.dimensions,
      unchanged: false,
      superseded: begun === "superseded",
      degraded: false,
      failedChunks: [],
      failedChunkCount: 0,
    });
    await finish(attempt, { kind: "ended" }, world);
  }
}

function storedRecord(documentId: string, version: number) {
  return {
    documentId,
    version,
    fingerprint: `${version}`,
    chunkCount: 1,
    embeddingModel: "none",
    dimensions: 1,
    storedAt: "2026-01-01T00:00:00.000Z",
  };
}

let events = 0;

/** As EventBridge sends it. */
export function objectEvent(bucket: string, key: string, type = "Object Created"): string {
  const object = { key, size: 1, etag: "0", sequencer: String(events) };
  return JSON.stringify({
    id: `event-${events++}`,
    source: "aws.s3",
    "detail-type": type,
    detail: { bucket: { name: bucket }, object },
  });
}
