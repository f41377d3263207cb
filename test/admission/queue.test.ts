/** Admission, retry and cancel with a provider that is as slow and as faulty as a test needs. */
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import pMap from "p-map";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { Client } from "../../cli/client.ts";
import { type BatchAnswer, batchAnswerSchema } from "../../lambdas/contract/calls/batch.ts";
import type { AcceptedAnswer } from "../../lambdas/contract/calls/ingest.ts";
import type { ErrorAnswer } from "../../lambdas/contract/errors.ts";
import { callApi } from "../support/api.ts";
import type { DeployedApp } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import {
  byCalls,
  deployWithProvider,
  endOf,
  endsOf,
  eventually,
  type ProvidedApp,
} from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import type { FakeProvider } from "../support/fake-provider/fake-provider.ts";

let deployed: ProvidedApp;
let provider: FakeProvider;
let app: DeployedApp;
let client: Client;

/** A small gate is filled in seconds; `npm run test:load -- admission` fills the one of the defaults. */
const maxActive = 5;
const maxQueued = 20;
const capacity = maxActive + maxQueued;

beforeAll(async () => {
  deployed = await deployWithProvider(
    { SLUICE_MAX_ACTIVE: String(maxActive), SLUICE_MAX_QUEUED: String(maxQueued) },
    { enforceIam: true },
  );
  ({ provider, app, client } = deployed);
});
afterAll(() => deployed?.stop());
beforeEach(() => {
  provider.script({});
  provider.reset();
});

/** Longer than it takes to send all submissions; a call may take 30 s. */
const slow = { latencyMs: { chat: 28_000 } };
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
let seed = 1_000;
const newDocument = (sections = 4) => ({
  content_type: "text/markdown",
  text: markdown({ sections, seed: seed++ }),
  options,
});

const ended = (jobId: string) => endOf(client, { job_id: jobId });

const callsStarted = (count: number) =>
  eventually(`${count} calls`, () => provider.summary("chat").calls >= count);

test("of 100 submissions at once as many are accepted as the gate takes, no more run than have slots, and all accepted ones complete", async () => {
  provider.script(slow);
  const machine = new SFNClient(localClient(app.endpoint));
  let mostRunning = 0;
  const done = new AbortController();
  onTestFinished(() => done.abort());
  const watch = (async () => {
    while (!done.signal.aborted) {
      const { executions = [] } = await machine.send(
        new ListExecutionsCommand({
          stateMachineArn: app.outputs.StateMachineArn,
          statusFilter: "RUNNING",
        }),
      );
      mostRunning = Math.max(mostRunning, executions.length);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  })();

  // Each connection is a process here, and two cores start no more than this in time.
  const answers = await pMap(
    Array.from({ length: 100 }),
    () => callApi(app, "POST", "/ingest", { body: newDocument() }),
    { concurrency: 32 },
  );
  const accepted = answers.filter((answer) => answer.status === 202);
  const refused = answers.filter((answer) => answer.status === 503);
  const byStatus = Map.groupBy(answers, ({ status }) => status);
  expect(Object.fromEntries([...byStatus].map(([status, of]) => [status, of.length]))).toEqual({
    202: capacity,
    503: 100 - capacity,
  });
  for (const { body, headers } of refused) {
    expect(body).toMatchObject({ error: "Queue full", code: "queue_full" });
    expect(body["queue_size"]).toBeLessThanOrEqual(capacity);
    expect(body["job_id"]).toEqual(expect.stringMatching(/^[0-9A-Z]{26}$/));
    expect(body["retry_after_seconds"]).toBeGreaterThan(0);
    expect(headers.get("retry-after")).toBe(String(body["retry_after_seconds"]));
  }
  const unknown = await callApi(app, "GET", `/jobs/${String(refused[0]?.body["job_id"])}`);
  expect(unknown.status).toBe(404);
  for (const { body, headers } of accepted) {
    expect(body).toMatchObject({ status: "queued", document_version: 1 });
    expect(headers.get("location")).toBe(body["status_url"]);
    expect(body["queue_position"]).toBeLessThanOrEqual(capacity);
  }
  expect((await client.health()).active_jobs).toBe(maxActive);

  provider.script({});
  const jobs = await endsOf(
    client,
    accepted.map(({ body }) => ({ job_id: String(body["job_id"]) })),
  );
  done.abort();
  await watch;
  expect(jobs.map((job) => job.status)).toEqual(Array(capacity).fill("completed"));
  expect(mostRunning).toBeLessThanOrEqual(maxActive);
  expect(provider.summary("chat").peak).toBeLessThanOrEqual(20);
  expect(await client.health()).toMatchObject({ queue_size: 0, active_jobs: 0 });
}, 400_000);

test("a batch larger than the room in the queue fills it, and says for each other document when to come back", async () => {
  provider.script(slow);
  const items = Array.from({ length: 40 }, () => newDocument(2));
  const headers = { "idempotency-key": `batch-${seed}` };
  const send = async () => {
    const answer = await callApi(app, "POST", "/ingest/batch", { body: { items }, headers });
    expect(answer.status).toBe(200);
    return batchAnswerSchema.parse(answer.body);
  };
  const first = await send();
  expect(first.accepted).toBe(capacity);
  const [taken, refused] = [202, 503].map((code) =>
    first.items.filter(({ status }) => status === code),
  );
  expect(refused).toHaveLength(40 - capacity);
  for (const { headers: own, body } of taken ?? []) {
    expect(own.Location).toBe((body as AcceptedAnswer).status_url);
  }
  for (const { headers: own, body } of refused ?? []) {
    expect(body).toMatchObject({ error: "Queue full", code: "queue_full" });
    expect(own["Retry-After"]).toBe(String((body as ErrorAnswer).retry_after_seconds));
  }
  const jobsOf = ({ items: answers }: BatchAnswer) =>
    answers.flatMap(({ status, body }) => (status === 202 ? [body as AcceptedAnswer] : []));
  provider.script({});
  const ends = await endsOf(client, jobsOf(first));
  expect(ends.map((job) => job.status)).toEqual(Array(capacity).fill("completed"));

  const second = await send();
  expect(second.accepted).toBe(40);
  expect(
    jobsOf(second).filter(({ job_id }) => jobsOf(first).some((one) => one.job_id === job_id)),
  ).toHaveLength(capacity);
  for (const job of await endsOf(client, jobsOf(second))) expect(job.status).toBe("completed");
}, 400_000);

describe("a job that failed", () => {
  test("names the reason, is retried where it stopped, and asks only for what is missing", async () => {
    provider.script({
      faults: [{ kind: "unauthorized", endpoint: "chat", whenText: "Section 30" }],
    });
    const { job_id } = await client.ingest(newDocument(30));
    const failed = await ended(job_id);
    expect(failed).toMatchObject({
      status: "failed",
      error: { code: "provider_misconfigured", stage: "metadata", retryable: true },
    });
    expect(failed.error?.message).toMatch("SLUICE_LLM_API_KEY");
    expect(failed.failed_at).toBeDefined();

    provider.script({});
    provider.reset();
    const { status } = await client.retry(job_id);
    expect(status).toBe("queued");
    const completed = await ended(job_id);
    expect(completed).toMatchObject({ status: "completed", attempt: 2, progress: 100 });
    // The failed call's batch may have been cut short; all others are kept.
    expect(provider.summary("chat").calls).toBeLessThanOrEqual(10);
    expect(provider.summary("embeddings").calls).toBe(0);
    await expect(client.retry(job_id)).rejects.toMatchObject({
      status: 409,
      code: "not_retryable",
    });
  });
});

describe("a cancel", () => {
  test("ends a running job at once, shows nothing of it, and a retry goes on from there", async () => {
    provider.script({ latencyMs: { chat: 1_000 } });
    const { job_id, document_id } = await client.ingest(newDocument(30));
    await callsStarted(2);
    const asked = await client.cancel(job_id);
    const cancelledAt = Date.now();
    expect(asked.cancel_requested_at).toBeDefined();
    expect(await ended(job_id)).toMatchObject({ status: "cancelled", terminal: true });
    expect((await client.cancel(job_id)).status).toBe("cancelled");
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    const late = provider.calls.filter((call) => call.startedAtMs > cancelledAt + 2_000);
    expect(late).toEqual([]);
    const search = { query: "section", filter: { document_id } };
    expect((await client.search(search)).results).toEqual([]);
    expect(await client.health()).toMatchObject({ queue_size: 0, active_jobs: 0 });

    provider.script({});
    await client.retry(job_id);
    expect(await ended(job_id)).toMatchObject({ status: "completed", attempt: 2 });
    await expect(client.cancel(job_id)).rejects.toMatchObject({ code: "already_terminal" });
  });

  test("takes a queued job out of the queue, and the one behind it moves up", async () => {
    provider.script(slow);
    const jobs = await pMap(
      Array.from({ length: maxActive + 2 }),
      () => client.ingest(newDocument(2)),
      { concurrency: 4 },
    );
    await eventually(
      "all slots taken",
      async () => (await client.health()).active_jobs === maxActive,
      byCalls,
    );
    const waiting = (await client.jobs({ status: "queued", limit: 100 })).jobs;
    expect(new Set(waiting.map((job) => job.queue_position))).toEqual(new Set([1, 2]));
    const first = waiting.find((job) => job.queue_position === 1)!;
    const second = waiting.find((job) => job.queue_position === 2)!;
    await client.cancel(first.job_id);
    expect((await client.job(first.job_id)).status).toBe("cancelled");
    expect((await client.job(second.job_id)).queue_position).toBe(1);
    provider.script({});
    for (const { job_id } of jobs.filter((job) => job.job_id !== first.job_id)) {
      expect((await ended(job_id)).status).toBe("completed");
    }
  }, 240_000);
});

test("an Idempotency-Key makes one job of many requests, and refuses another body", async () => {
  const body = { ...newDocument(2), document_id: "once" };
  const idempotencyKey = `key-${seed}`;
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() => client.ingest(body, { idempotencyKey })),
  );
  expect(new Set(answers.map((answer) => answer.job_id)).size).toBe(1);
  const [first] = answers;
  expect(await client.ingest(body, { idempotencyKey })).toEqual(first);
  await expect(
    client.ingest({ ...body, text: "Another one." }, { idempotencyKey }),
  ).rejects.toMatchObject({ status: 422, code: "idempotency_mismatch" });
  expect((await ended(first?.job_id ?? "")).status).toBe("completed");
  expect(await client.ingest(body, { idempotencyKey })).toEqual(first);
});

test("a chunk that the provider refuses is stored without metadata, and named", async () => {
  provider.script({ faults: [{ kind: "reject", endpoint: "chat", whenText: "Section 7\n" }] });
  const { job_id } = await client.ingest(newDocument(12));
  const job = await ended(job_id);
  expect(job).toMatchObject({ status: "completed", result: { degraded: true } });
  const failed = job.result?.failed_chunks ?? [];
  expect(failed.map(({ code }) => code)).toEqual(["provider_rejected"]);
  expect(failed[0]?.message).toMatch(/\S/);
});
