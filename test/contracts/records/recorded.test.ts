/** Work goes on from items that earlier code wrote: see `test/support/recorded.ts`. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, inject, test } from "vitest";
import { retry } from "../../../lambdas/intake/retry.ts";
import { DynamoKeyStore } from "../../../lambdas/records/api-keys/dynamodb-key-store.ts";
import type { StoredDocument } from "../../../lambdas/records/documents/document-store.ts";
import { DynamoDocumentStore } from "../../../lambdas/records/documents/dynamodb-document-store.ts";
import { DynamoIdempotencyStore } from "../../../lambdas/records/idempotency/dynamodb-idempotency-store.ts";
import { DynamoJobStore } from "../../../lambdas/records/jobs/dynamodb/dynamodb-job-store.ts";
import type { Job } from "../../../lambdas/records/jobs/job.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import type { Ending } from "../../../lambdas/scheduling/orchestration.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { createWorld } from "../../support/fakes/world.ts";
import { putRecorded, recorded } from "../../support/recorded.ts";
import { chunkingOf } from "../../support/submissions.ts";
import { newTable } from "../../support/table.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));
const limits = { maxQueued: 100, maxActive: 10 };
const failure: Ending = { kind: "failed", failure: { error: "CircuitOpenError", cause: "" } };

const attempts = new Map(
  recorded<Job>("jobs").map(({ name, read: { jobId, attempt } }) => [name, { jobId, attempt }]),
);

function attemptOf(name: string) {
  const attempt = attempts.get(name);
  if (attempt === undefined) throw new Error(`No job is recorded as ${name}.`);
  return attempt;
}

/** A world in memory around a table that holds the recorded jobs. */
async function recordedJobs() {
  const table = await newTable(client);
  await putRecorded(client, table, "jobs");
  await putRecorded(client, table, "usage");
  const world = createWorld();
  return { ...world, jobs: new DynamoJobStore(client, table, world.clock) };
}

describe("recorded jobs", () => {
  test.each(["failed", "failed, retry asked", "cancelled"])(
    "are retried, and keep what is done: %s",
    async (name) => {
      const ports = await recordedJobs();
      const { jobId } = attemptOf(name);
      await retry("acme", jobId, ports, limits);
      expect(await ports.jobs.read(jobId)).toMatchObject({
        status: "queued",
        attempt: 2,
        chunking: chunkingOf(25),
        metadataDone: new Set([0, 2]),
        embeddingsDone: new Set([1]),
      });
    },
  );

  test.each<[name: string, ending: Ending, status: string]>([
    ["queued", failure, "failed"],
    ["queued, cancel asked", { kind: "cancelled" }, "cancelled"],
    ["processing", failure, "failed"],
    ["processing, cancel asked", failure, "cancelled"],
    ["publishing", failure, "failed"],
    ["stored", { kind: "ended" }, "completed"],
    ["failed, unannounced", { kind: "ended" }, "failed"],
    ["completed unchanged", { kind: "ended" }, "completed"],
    ["queued again", failure, "failed"],
    ["processing again", failure, "failed"],
  ])("end: %s", async (name, ending, status) => {
    const ports = await recordedJobs();
    const attempt = attemptOf(name);
    expect(await finish(attempt, ending, ports)).toBe(status);
    expect(await ports.jobs.read(attempt.jobId)).toMatchObject({ status, announced: true });
    expect(ports.events.emitted).toHaveLength(1);
  });

  test("are completed with the usage that is recorded beside them", async () => {
    const ports = await recordedJobs();
    const attempt = attemptOf("stored");
    await finish(attempt, { kind: "ended" }, ports);
    expect(await ports.jobs.read(attempt.jobId)).toMatchObject({
      result: { chunkCount: 25, usage: { llmCalls: 15, promptTokens: 900, embeddingCalls: 0 } },
    });
  });

  test("go on where they are", async () => {
    const { jobs } = await recordedJobs();
    const running = attemptOf("processing");
    await jobs.recordBatch(running, "metadata", 1);
    expect(await jobs.read(running.jobId)).toMatchObject({
      metadataDone: new Set([0, 1, 2]),
      version: 7,
    });
    const times = { startedAt: "2026-01-01T00:05:00.000Z", deadlineAt: "2026-01-01T08:05:00.000Z" };
    expect(await jobs.start(attemptOf("queued again"), times)).toBe("started");
  });

  test("are all listed", async () => {
    const { jobs } = await recordedJobs();
    const { jobs: listed } = await jobs.list({ tenant: "acme", limit: 100 });
    expect(listed.map(({ jobId }) => jobId).sort()).toEqual(
      [...attempts.values()].map(({ jobId }) => jobId).sort(),
    );
  });
});

describe("recorded documents", () => {
  const open = async () => {
    const table = await newTable(client);
    await putRecorded(client, table, "documents");
    return new DynamoDocumentStore(client, table);
  };

  test.each(recorded<StoredDocument | null>("documents"))(
    "are read as before: $name",
    async ({ name, read }) => {
      const documents = await open();
      const stored = await documents.read({ tenant: "acme", documentId: name });
      expect(stored ?? null).toEqual(read);
    },
  );

  test("are published anew, as the version after the recorded one", async () => {
    const documents = await open();
    const document = { tenant: "acme", documentId: "stored" };
    const version = await documents.nextVersion(document);
    expect(version).toBe(2);
    const lease = { version, holder: "now", leaseMs: 1_000, nowMs: Date.UTC(2026, 0, 2) };
    expect(await documents.beginPublish(document, lease)).toBe("granted");
    const before = await documents.read(document);
    if (before === undefined) throw new Error("The recorded document is gone.");
    await documents.commitPublish(document, "now", { ...before, version, fingerprint: "g" });
    expect(await documents.read(document)).toEqual({ ...before, version, fingerprint: "g" });
  });
});

test("recorded API keys still name their callers", async () => {
  const table = await newTable(client);
  await putRecorded(client, table, "api-keys");
  const keys = new DynamoKeyStore(client, table);
  expect(await keys.callerOf("sluice_recorded_tenant")).toEqual({ tenant: "acme", role: "tenant" });
  expect(await keys.callerOf("sluice_recorded_operator")).toEqual({
    tenant: "ops",
    role: "operator",
  });
});

test("recorded idempotency keys still stand for their jobs", async () => {
  const table = await newTable(client);
  await putRecorded(client, table, "idempotency");
  const records = new DynamoIdempotencyStore(client, table);
  const nowMs = Date.UTC(2026, 0, 1);
  const claim = { jobId: "new", bodyHash: "hash", nowMs, expiresAtMs: nowMs + 1_000 };
  expect(await records.claim("acme", "claimed", claim)).toMatchObject({ jobId: "one" });
  expect(await records.claim("acme", "answered", claim)).toMatchObject({
    jobId: "two",
    response: { job_id: "two", queue_position: 1 },
  });
});
