/** One chunk refused, a job resumed, a provider that fails now and then, and a cancel. */
import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { chunksOf } from "../support/api.ts";
import { endOf, endsOf, eventually, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { atLeast, atMost, exactly, type Scenario } from "../support/measures/figures.ts";

const chunking = { max_tokens: 100, overlap_tokens: 0 };
const document = (sections: number, seed: number) => ({
  content_type: "text/markdown",
  text: markdown({ sections, seed }),
  options: { chunking },
});

export const refusedChunk: Scenario<ProvidedApp> = {
  name: "refused-chunk",
  about: "one chunk of 1,000 is refused every time",
  run: async ({ provider, app, client }) => {
    const marked = "## Section 500\n";
    provider.script({ faults: [{ kind: "reject", endpoint: "chat", whenText: marked }] });
    provider.reset();
    const job = await endOf(client, await client.ingest(document(1_000, 8_000)));
    const chunks = await chunksOf(app, job.document_id);
    const refused = chunks.filter(({ text }) => text.includes(marked));
    const named = (job.result?.failed_chunks ?? []).map(({ index }) => index);
    return [
      exactly("the job", job.status, "completed"),
      exactly("degraded", String(job.result?.degraded), "true"),
      atLeast("chunks", chunks.length, 900),
      exactly("chunks named as failed", named.join(), refused.map((c) => c.chunk_index).join()),
      exactly("chunks with metadata", chunks.filter((c) => c.metadata).length, chunks.length - 1),
      atMost(
        "calls for it",
        provider.calls.filter(({ outcome }) => outcome === "reject").length,
        2,
      ),
    ];
  },
};

export const resume: Scenario<ProvidedApp> = {
  name: "resume",
  about: "metadata fails for good at nine tenths, is repaired, and the job retried",
  run: async ({ provider, client }) => {
    const sections = 100;
    provider.script({
      latencyMs: { chat: 50 },
      faults: [{ kind: "unauthorized", endpoint: "chat", whenText: "## Section 91\n" }],
    });
    provider.reset();
    const accepted = await client.ingest(document(sections, 8_100));
    const failed = await endOf(client, accepted);
    const before = provider.summary("chat").ok;
    provider.script({});
    await client.retry(accepted.job_id);
    const job = await endOf(client, accepted);
    const chat = provider.summary("chat");
    const repeated = Object.values(chat.repeated).reduce((sum, times) => sum + times - 1, 0);
    return [
      exactly("first attempt", failed.error?.code ?? failed.status, "provider_misconfigured"),
      atLeast("answered before, of all", before / (job.result?.chunk_count ?? 1), 0.5),
      exactly("second attempt", job.status, "completed"),
      atMost("answers paid twice", repeated, 10),
    ];
  },
};

export const transientErrors: Scenario<ProvidedApp> = {
  name: "transient-errors",
  about: "10 jobs of 100 chunks, 30 % of all calls fail for the moment",
  run: async ({ provider, app, client }) => {
    provider.script({
      faults: (["rate-limit", "server-error", "reset"] as const).map((kind) => ({
        kind,
        probability: 0.1,
      })),
    });
    provider.reset();
    const accepted = await pMap(
      Array.from({ length: 10 }),
      (_, i) => client.ingest(document(100, 8_200 + i)),
      { concurrency: 10 },
    );
    const ended = await endsOf(client, accepted, 1_200_000);
    const completed = ended.filter(({ status }) => status === "completed");
    const chunks = (
      await pMap(completed, ({ document_id }) => chunksOf(app, document_id), { concurrency: 4 })
    ).flat();
    const described = chunks.filter(({ metadata }) => metadata !== undefined);
    return [
      exactly("jobs completed, of 10", completed.length, 10),
      atLeast("chunks described, share", described.length / Math.max(1, chunks.length), 0.999),
    ];
  },
};

export const cancelRunning: Scenario<ProvidedApp> = {
  name: "cancel",
  about: "a running job is cancelled",
  run: async ({ provider, client }) => {
    provider.script({ latencyMs: { chat: 1_000 } });
    provider.reset();
    const accepted = await client.ingest(document(100, 8_300));
    await eventually("five calls", () => provider.calls.length >= 5);
    const askedAtMs = Date.now();
    await client.cancel(accepted.job_id);
    const acknowledgedAtMs = Date.now();
    const job = await endOf(client, accepted);
    const endedAfter = (Date.now() - askedAtMs) / 1_000;
    await sleep(6_000);
    const late = provider.calls.filter((call) => call.startedAtMs > acknowledgedAtMs + 2_000);
    const { results } = await client.search({
      query: "section",
      filter: { document_id: accepted.document_id },
    });
    const { queue_size, active_jobs } = await client.health();
    return [
      exactly("the job", job.status, "cancelled"),
      atMost("seconds until it had ended", endedAfter, 5),
      exactly("calls begun more than 2 s after", late.length, 0),
      exactly("chunks visible", results.length, 0),
      exactly("slots taken afterwards", queue_size + active_jobs, 0),
    ];
  },
};
