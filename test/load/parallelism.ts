import { parseAttemptId } from "../../lambdas/domain/job.ts";
import { markdown } from "../support/documents.ts";
import type { RecordedCall } from "../support/fake-provider-journal.ts";
import { atLeast, atMost, exactly, type Scenario } from "../support/figures.ts";
import { endOf, type ProvidedApp } from "../support/provided-app.ts";

const jobs = 10;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };

export const parallelism: Scenario<ProvidedApp> = {
  name: "parallelism",
  about: "10 jobs of 50 chunks at once, 2 s a call",
  run: async ({ provider, client }) => {
    const round = (first: number) =>
      Promise.all(
        Array.from({ length: jobs }, (_, i) =>
          client.ingest({
            content_type: "text/markdown",
            text: markdown({ sections: 50, seed: first + i }),
            options,
          }),
        ),
      );
    // Functions stay warm for 10 s here; a cold one would be measured as an idle permit.
    const warm = await round(5_000);
    await Promise.all(warm.map((job) => endOf(client, job)));
    provider.script({ latencyMs: { chat: 2_000, embeddings: 500 } });
    provider.reset();
    const accepted = await round(6_000);
    const ended = await Promise.all(accepted.map((job) => endOf(client, job)));
    const calls = provider.calls.filter(({ endpoint }) => endpoint === "chat");
    const { from, until } = busyWindow(calls);
    const chat = provider.summary("chat");
    return [
      exactly("completed", ended.filter(({ status }) => status === "completed").length, jobs),
      atMost("LLM calls in flight, peak", chat.peak, 20),
      atLeast(
        "LLM calls in flight, average while all jobs have some to start",
        average(calls, from, until),
        18,
      ),
      atMost("LLM calls in flight of one job, peak", chat.peakPerJob, 10),
      atMost("embedding calls in flight, peak", provider.summary("embeddings").peak, 20),
      exactly("chunks described twice", Object.keys(chat.repeated).length, 0),
    ];
  },
};

/** From the tenth job's first call until the first batch has none left to start. */
function busyWindow(calls: readonly RecordedCall[]): { from: number; until: number } {
  const firstByJob = new Map<string, number>();
  const lastByBatch = new Map<string, number>();
  for (const { correlationId, startedAtMs } of calls) {
    const { jobId } = parseAttemptId(correlationId.split("-").slice(0, 2).join("-"));
    firstByJob.set(jobId, Math.min(startedAtMs, firstByJob.get(jobId) ?? Infinity));
    lastByBatch.set(correlationId, Math.max(startedAtMs, lastByBatch.get(correlationId) ?? 0));
  }
  return { from: Math.max(...firstByJob.values()), until: Math.min(...lastByBatch.values()) };
}

/** Calls in flight, averaged over the time from `from` to `until`. */
function average(calls: readonly RecordedCall[], from: number, until: number): number {
  if (until <= from) return 0;
  const spent = calls.reduce(
    (sum, { startedAtMs, endedAtMs }) =>
      sum + Math.max(0, Math.min(endedAtMs, until) - Math.max(startedAtMs, from)),
    0,
  );
  return spent / (until - from);
}
