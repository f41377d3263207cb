import { endsOf, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { jobOf, type RecordedCall } from "../support/fake-provider/fake-provider-journal.ts";
import { atLeast, atMost, exactly, type Scenario } from "../support/measures/figures.ts";
import { takeWakeUps } from "../support/wake-ups.ts";
import { average } from "./permits.ts";

const jobs = 10;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };

export const parallelism: Scenario<ProvidedApp> = {
  name: "parallelism",
  about: "10 jobs of 50 chunks at once, 2 s a call",
  run: async ({ provider, app, client }) => {
    const send = (first: number) =>
      Promise.all(
        Array.from({ length: jobs }, (_, i) =>
          client.ingest({
            content_type: "text/markdown",
            text: markdown({ sections: 50, seed: first + i }),
            options,
          }),
        ),
      );
    // A function that starts anew would be measured as an idle permit.
    provider.script({});
    await endsOf(client, await send(5_000));
    provider.script({ latencyMs: { chat: 2_000, embeddings: 2_000 } });
    provider.reset();
    // They wait until all are there, and so begin together.
    await takeWakeUps(app, false);
    const accepted = await send(6_000);
    await takeWakeUps(app, true);
    const ended = await endsOf(client, accepted);
    const calls = provider.calls.filter(({ endpoint }) => endpoint === "chat");
    const { from, until } = busyWindow(calls);
    const chat = provider.summary("chat");
    return [
      exactly("completed", ended.filter(({ status }) => status === "completed").length, jobs),
      atMost("LLM calls in flight, peak", chat.peak, 20),
      atLeast(
        "seconds from the tenth job's first call until a batch has none unstarted",
        (until - from) / 1_000,
        1,
      ),
      atLeast("LLM calls in flight, average in these seconds", average(calls, from, until), 18),
      atMost("LLM calls in flight of one job, peak", chat.peakPerJob, 10),
      atMost("embedding calls in flight, peak", provider.summary("embeddings").peak, 20),
      exactly("chunks described twice", Object.keys(chat.repeated).length, 0),
    ];
  },
};

/** From the first call of the last of the jobs until the first batch has begun its last: then a permit may find nothing to do. */
function busyWindow(calls: readonly RecordedCall[]): { from: number; until: number } {
  const starts = (group: readonly RecordedCall[]) => group.map((call) => call.startedAtMs);
  const byJob = [...Map.groupBy(calls, ({ correlationId }) => jobOf(correlationId)).values()];
  const byBatch = [...Map.groupBy(calls, ({ correlationId }) => correlationId).values()];
  return {
    from: Math.max(...byJob.map((of) => Math.min(...starts(of)))),
    until: Math.min(...byBatch.map((of) => Math.max(...starts(of)))),
  };
}
