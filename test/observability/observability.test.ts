/** One run with faults on the real app, and everything that is told of it: metrics, dashboards, alarms, logs, money. */
import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetDashboardCommand,
  type MetricAlarm,
} from "@aws-sdk/client-cloudwatch";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { panels } from "../../infra/observability/panels.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import {
  labelSets,
  type MetricName,
  metricOf,
  metricsNamespace,
} from "../../lambdas/contract/calls/metrics.ts";
import type { StepName } from "../../lambdas/functions.ts";
import { ofWork } from "../../lambdas/scheduling/sweep/observe.ts";
import { putProviderKeys } from "../../ops/provider-keys.ts";
import { callApi } from "../support/api.ts";
import { type DeployedApp, deployApp, newKey } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { markdown } from "../support/documents.ts";
import { type FakeProvider, startFakeProvider } from "../support/fake-provider/fake-provider.ts";
import { letRing, listenTo } from "../support/measures/alarm-listener.ts";
import { type Prometheus, startPrometheus } from "../support/measures/prometheus.ts";
import { forwardMetrics, jsonOf, logLines, statistics } from "../support/measures/telemetry.ts";

const canary = "albatross-7781";
const providerKey = "sk-heron-4402";
const nextProviderKey = "sk-bittern-9136";
const prices = { prompt: 3, completion: 15, embedding: 0.5 };
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };

let provider: FakeProvider;
let app: DeployedApp;
let client: Client;
let prometheus: Prometheus;
let jobs: Record<"first" | "again" | "failed" | "cancelled", JobAnswer>;
let text: string;

async function ended(jobId: string): Promise<JobAnswer> {
  let job: JobAnswer | undefined;
  for await (job of client.watch(jobId));
  return job!;
}

const send = (document: object) =>
  callApi(app, "POST", "/ingest", { body: { options, ...document } });
const metricsText = async () => {
  const answer = await fetch(`${app.apiUrl}/metrics`, { headers: { "x-api-key": app.apiKey } });
  return answer.text();
};
/** The value of a line of `/v1/metrics`. */
const shown = (line: string) =>
  Number(
    text
      .split("\n")
      .find((one) => one.startsWith(`${line} `))
      ?.split(" ")
      .at(-1),
  );

async function invoke(step: StepName): Promise<void> {
  const { [step]: FunctionName } = await functionNames(app.endpoint);
  const lambda = new LambdaClient(localClient(app.endpoint));
  await lambda.send(new InvokeCommand({ FunctionName, Payload: "{}" }));
}

/** Completed, completed from the cache, failed, cancelled while queued, refused: and two providers' faults. */
async function run(): Promise<void> {
  provider.script({
    faults: [
      { kind: "rate-limit", endpoint: "chat", probability: 0.3, firstAsks: 1 },
      { kind: "server-error", endpoint: "chat", probability: 0.2, firstAsks: 1, status: 503 },
    ],
  });
  const body = { content_type: "text/markdown", text: markdown({ sections: 12, seed: 77 }) };
  const marked = { ...body, text: `${body.text}\n\n## Bird\n\nThe ${canary} was seen.` };
  const first = await send({ ...marked, document_id: "one" });
  const one = await ended(String(first.body["job_id"]));
  const again = await send({ ...marked, document_id: "two" });
  const two = await ended(String(again.body["job_id"]));
  // Slow, so that the other branch has ended and booked its calls when this one fails.
  provider.script({
    latencyMs: { embeddings: 4_000 },
    faults: [{ kind: "reject", endpoint: "embeddings", whenText: "poisoned" }],
  });
  const poisoned = await send({ text: "A poisoned text that no model takes.", document_id: "bad" });
  const failed = await ended(String(poisoned.body["job_id"]));
  provider.script({ latencyMs: { chat: 10_000 } });
  const held = await send({
    ...body,
    text: markdown({ sections: 1, seed: 9 }),
    document_id: "slow",
  });
  const waits: string[] = [];
  for (;;) {
    const answer = await send({ text: `Waits, as number ${waits.length}.` });
    if (answer.status === 503) break;
    waits.push(String(answer.body["job_id"]));
  }
  for (const id of waits) await callApi(app, "DELETE", `/jobs/${id}`);
  const cancelled = await ended(waits[0]!);
  for (const id of [...waits, String(held.body["job_id"])]) await ended(id);
  jobs = { first: one, again: two, failed, cancelled };
}

beforeAll(async () => {
  provider = await startFakeProvider();
  app = await deployApp({
    SLUICE_METADATA_PROVIDER: "openai",
    SLUICE_LLM_BASE_URL: provider.baseUrl,
    SLUICE_LLM_API_KEY: providerKey,
    SLUICE_LLM_PRICE_PER_MTOK_IN: String(prices.prompt),
    SLUICE_LLM_PRICE_PER_MTOK_OUT: String(prices.completion),
    SLUICE_EMBEDDINGS_PROVIDER: "openai",
    SLUICE_EMBEDDINGS_BASE_URL: provider.baseUrl,
    SLUICE_EMBEDDINGS_API_KEY: providerKey,
    SLUICE_EMBEDDINGS_PRICE_PER_MTOK: String(prices.embedding),
    SLUICE_MAX_QUEUED: "2",
    SLUICE_MAX_ACTIVE: "1",
    SLUICE_BREAKER_THRESHOLD: "1000",
  });
  client = createClient(app);
  await invoke("sweep");
  prometheus = await startPrometheus(app);
  // A rise is seen between two scrapes, so one comes before the run.
  await prometheus.scraped();
  await run();
  await invoke("sweep");
  text = await metricsText();
  await prometheus.scraped();
}, 400_000);
afterAll(async () => {
  await prometheus?.stop();
  await app?.stop();
  await provider?.close();
});

describe("usage", () => {
  /** What the provider itself saw of a job. */
  const seen = (jobId: string) => {
    const calls = provider.calls.filter(({ correlationId }) => correlationId.startsWith(jobId));
    const of = (endpoint: string) => calls.filter((call) => call.endpoint === endpoint);
    const sum = (endpoint: string, field: "promptTokens" | "completionTokens") =>
      of(endpoint).reduce((all, call) => all + call[field], 0);
    return {
      llm_calls: of("chat").length,
      embedding_calls: of("embeddings").length,
      prompt_tokens: sum("chat", "promptTokens"),
      completion_tokens: sum("chat", "completionTokens"),
      embedding_tokens: sum("embeddings", "promptTokens"),
    };
  };

  test("of a job is what its provider counted, retries among it, and says what it cost", () => {
    const { first } = jobs;
    const counted = seen(first.job_id);
    expect(first.status).toBe("completed");
    expect(first.result?.usage).toMatchObject(counted);
    expect(counted.llm_calls).toBeGreaterThan(first.result?.chunk_count ?? 0);
    const micros =
      counted.prompt_tokens * prices.prompt +
      counted.completion_tokens * prices.completion +
      counted.embedding_tokens * prices.embedding;
    expect(first.result?.usage.estimated_cost_usd).toBeCloseTo(micros / 1_000_000, 9);
  });

  test("of a document whose answers are known is nothing", () => {
    const { again } = jobs;
    expect(seen(again.job_id)).toMatchObject({ llm_calls: 0, embedding_calls: 0 });
    expect(again.result?.usage).toMatchObject({ llm_calls: 0, estimated_cost_usd: 0 });
  });

  test("of a tenant's month is the sum over its attempts", async () => {
    const { status, body } = await callApi(app, "GET", "/usage");
    expect(status).toBe(200);
    const chat = provider.summary("chat");
    expect(body).toMatchObject({
      jobs: { completed: 3, failed: 1, cancelled: 2 },
      llm_calls: chat.calls,
      prompt_tokens: chat.promptTokens,
      embedding_calls: provider.summary("embeddings").calls,
    });
  });

  test("every call to a provider names its job, attempt and batch, or its search", () => {
    const ids = provider.calls.map(({ correlationId }) => correlationId);
    expect(
      ids.filter((id) => !/^(\w{26}-\d+-(metadata|embeddings)-\d+|search-.+)$/.test(id)),
    ).toEqual([]);
  });
});

describe("GET /v1/metrics", () => {
  test("tells what the run did", () => {
    const chat = provider.summary("chat");
    expect({
      admitted: shown("sluice_jobs_admitted_total"),
      refused: shown('sluice_jobs_refused_total{code="queue_full"}'),
      completed: shown('sluice_jobs_ended_total{outcome="completed"}'),
      failed: shown('sluice_jobs_ended_total{outcome="failed"}'),
      cancelled: shown('sluice_jobs_ended_total{outcome="cancelled"}'),
      error: shown('sluice_job_errors_total{code="provider_rejected"}'),
      calls: shown('sluice_provider_calls_total{dependency="llm"}'),
      prompt: shown('sluice_tokens_total{kind="prompt"}'),
      throttled: shown('sluice_provider_retries_total{reason="throttled"}'),
      unavailable: shown('sluice_provider_retries_total{reason="unavailable"}'),
      hits: shown('sluice_cache_hits_total{dependency="llm"}'),
      waits: shown("sluice_queue_wait_seconds_count"),
      queue: shown("sluice_queue_size"),
      active: shown("sluice_active_jobs"),
      capacity: shown("sluice_queue_capacity"),
      letters: shown("sluice_dead_letters"),
    }).toEqual({
      admitted: 6,
      refused: 1,
      completed: 3,
      failed: 1,
      cancelled: 2,
      error: 1,
      calls: chat.calls,
      prompt: chat.promptTokens,
      throttled: chat.outcomes["rate-limit"] ?? 0,
      unavailable: chat.outcomes["server-error"] ?? 0,
      hits: jobs.again.result?.chunk_count,
      waits: 4,
      queue: 0,
      active: 0,
      capacity: 2,
      letters: 0,
    });
    const stored = [jobs.first, jobs.again].reduce((all, job) => all + job.result!.chunk_count, 1);
    expect(shown("sluice_chunks_stored_total")).toBe(stored);
    for (const stage of ["chunking", "metadata", "embeddings", "storage"]) {
      expect(shown(`sluice_stage_duration_seconds_count{stage="${stage}"}`)).toBeGreaterThan(2);
    }
  });

  test("is text for an operator, and refused to a tenant", async () => {
    const tenant = await newKey(app);
    const mine = await fetch(`${app.apiUrl}/metrics`, { headers: { "x-api-key": app.apiKey } });
    expect(mine.headers.get("content-type")).toContain("text/plain; version=0.0.4");
    const { status, body } = await callApi(app, "GET", "/metrics", { apiKey: tenant });
    expect([status, body["code"]]).toEqual([403, "forbidden"]);
  });
});

describe("alarms", () => {
  test("each of them rings, and the topic tells of it", async () => {
    const cloudWatch = new CloudWatchClient(localClient(app.endpoint));
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms.length).toBeGreaterThan(10);
    const heard = await listenTo(app.endpoint, MetricAlarms[0]?.AlarmActions?.[0] ?? "");
    await letRing(app.endpoint, MetricAlarms);
    const names = MetricAlarms.map(({ AlarmName = "" }) => AlarmName);
    const rung = await heard(names.length);
    expect([...rung].toSorted()).toEqual(names.toSorted());
    const states = await cloudWatch.send(new DescribeAlarmsCommand({}));
    const quiet = (states.MetricAlarms ?? []).filter(
      (one: MetricAlarm) => one.StateValue !== "ALARM",
    );
    expect(quiet.map(({ AlarmName }) => AlarmName)).toEqual([]);
  });
});

describe("every panel, after the run", () => {
  test("in Grafana: its query returns lines, and the rises of what happened", async () => {
    const silent: string[] = [];
    for (const { expr } of panels.flatMap((panel) => panel.prometheus)) {
      if ((await prometheus.query(expr)).length === 0) silent.push(expr);
    }
    expect(silent).toEqual([]);
    const risen = async (title: string) => {
      const queries = panels.find((panel) => panel.title === title)?.prometheus ?? [];
      const lines = (await Promise.all(queries.map(({ expr }) => prometheus.query(expr)))).flat();
      return lines.some(({ value }) => value > 0);
    };
    for (const title of [
      "Admitted and refused",
      "Jobs by outcome",
      "Failed jobs by error",
      "Share of failed jobs",
      "Time in the queue",
      "Duration of jobs",
      "Duration of each stage (p95)",
      "Calls to providers",
      "Retries by reason",
      "Cache hit ratio",
      "Tokens",
      "Estimated cost",
      "Chunks stored",
    ]) {
      expect([title, await risen(title)]).toEqual([title, true]);
    }
  });

  test("in CloudWatch: its metrics add up to what Prometheus has counted", async () => {
    const drawn = [...new Set(panels.flatMap(({ cloudWatch }) => cloudWatch.map((l) => l.metric)))];
    const series = drawn.flatMap((name) =>
      labelSets(metricOf(name)).map((labels) => ({ name, labels })),
    );
    const measure = () =>
      Promise.all(
        series.map(({ name, labels }) =>
          statistics(app.endpoint, metricsNamespace, name, { service: "Sluice", ...labels }),
        ),
      );
    // The alarms' test has put values of its own.
    const before = await measure();
    expect(await forwardMetrics(app.endpoint)).toBeGreaterThan(50);
    const after = await measure();
    const rises = series.map(({ name, labels }, i) => ({
      name,
      labels,
      samples: after[i]!.samples - before[i]!.samples,
      sum: after[i]!.sum - before[i]!.sum,
    }));
    expect(rises.flatMap(differsFromPrometheus)).toEqual([]);
    const dashboard = await new CloudWatchClient(localClient(app.endpoint)).send(
      new GetDashboardCommand({ DashboardName: "Sluice" }),
    );
    expect(drawn.filter((name) => !dashboard.DashboardBody?.includes(`"${name}"`))).toEqual([]);
  });

  interface Rise {
    readonly name: MetricName;
    readonly labels: Readonly<Record<string, string>>;
    readonly samples: number;
    readonly sum: number;
  }

  /** What is wrong with it, as a sentence. */
  function differsFromPrometheus({ name, labels, samples, sum }: Rise): string[] {
    const { kind, only, prometheus: own } = metricOf(name);
    const pairs = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
    const line = (suffix: string) =>
      `${own}${suffix}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`}`;
    const differs = (is: number, shall: number) =>
      Math.abs(is - shall) < 0.001 ? [] : [`${line("")} is ${is}, not ${shall}`];
    // Three completed, one failed.
    if (only === "cloudwatch") return [...differs(samples, 4), ...differs(sum, 1)];
    switch (kind) {
      case "counter":
        return differs(sum, shown(line("")));
      case "histogram":
        return [...differs(samples, shown(line("_count"))), ...differs(sum, shown(line("_sum")))];
      case "gauge":
        // Sweeps without work leave these out.
        return samples > 1 || ofWork.has(name)
          ? []
          : [`${line("")} was not emitted by every sweep`];
    }
  }
});

test("a provider's key that was replaced is used by functions that run already", async () => {
  const ingested = async (text: string) => ended(String((await send({ text })).body["job_id"]));
  provider.script({ apiKey: providerKey });
  expect((await ingested("Begun with the old key.")).status).toBe("completed");
  provider.script({ apiKey: nextProviderKey });
  provider.reset();
  const keys = { LLM_API_KEY: nextProviderKey, EMBEDDINGS_API_KEY: nextProviderKey };
  await putProviderKeys(new SecretsManagerClient(localClient(app.endpoint)), app.outputs, keys);
  expect((await ingested("Goes on with the next key.")).status).toBe("completed");
  for (const endpoint of ["chat", "embeddings"] as const) {
    expect(provider.summary(endpoint).outcomes).toEqual({ unauthorized: 1, ok: 1 });
  }
});

describe("logs", () => {
  test("hold no document's text, no caller's key and no provider's key", async () => {
    const lines = await logLines(app.endpoint);
    expect(lines.length).toBeGreaterThan(50);
    for (const secret of [canary, app.apiKey, providerKey, nextProviderKey, "poisoned text"]) {
      expect(lines.filter(({ message }) => message.includes(secret))).toEqual([]);
    }
  });

  test("of the steps are JSON, and each line names job and attempt", async () => {
    const written = (await logLines(app.endpoint))
      .filter(({ group }) => /(chunk|metadata|embed|store|finish)-?logs/i.test(group))
      .map(jsonOf)
      .filter((line) => line?.["level"] !== undefined);
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((line) => !line?.["jobId"] || !line["attempt"])).toEqual([]);
  });
});
