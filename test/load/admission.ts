import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { callApi } from "../support/api.ts";
import { endsOf, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { atMost, exactly, type Scenario } from "../support/measures/figures.ts";
import { takeWakeUps } from "../support/wake-ups.ts";

/** Each is a process here; two cores start no more than this in time. */
const connections = 48;

const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };

/** A document of so many sections holds its slot for about half a minute a section. */
export const admission = flood("admission", 1_000, 18);
export const admissionOf250 = flood("admission-250", 250, 6);

function flood(name: string, submissions: number, sections: number): Scenario<ProvidedApp> {
  return {
    name,
    about: `${submissions} submissions over ${connections} connections, jobs held until the last answer`,
    run: async ({ provider, app, client }) => {
      provider.script({ latencyMs: { chat: 28_000 } });
      provider.reset();
      let mostActive = 0;
      const done = new AbortController();
      const watch = (async () => {
        while (!done.signal.aborted) {
          mostActive = Math.max(mostActive, (await client.health()).active_jobs);
          await sleep(250);
        }
      })();
      const send = (count: number, seed: number) =>
        pMap(
          Array.from({ length: count }),
          (_, i) =>
            callApi(app, "POST", "/ingest", {
              body: {
                content_type: "text/markdown",
                // Other texts in each flood: an answer that is known would hold no slot.
                text: markdown({ sections, seed: seed + i }),
                options,
              },
            }),
          { concurrency: connections },
        );
      // The first ten begin together: one that begins alone has ten calls at once, and ends early.
      await takeWakeUps(app, false);
      const first = await send(10, submissions * 100);
      await takeWakeUps(app, true);
      const answers = [...first, ...(await send(submissions - 10, submissions * 100 + 10))];
      const accepted = answers.filter(({ status }) => status === 202);
      // Newest first; other scenarios have completed theirs before.
      const completed = (await client.jobs({ status: "completed", limit: 100 })).jobs;
      const ended = completed.filter(({ job_id }) =>
        accepted.some(({ body }) => body["job_id"] === job_id),
      );
      const refused = answers.filter(
        ({ status, body }) => status === 503 && body["code"] === "queue_full",
      );
      const whole = refused.filter(
        ({ body, headers }) =>
          body["error"] === "Queue full" &&
          typeof body["job_id"] === "string" &&
          typeof body["queue_size"] === "number" &&
          headers.get("retry-after") === String(body["retry_after_seconds"]),
      );
      provider.script({});
      const jobs = await endsOf(
        client,
        accepted.map(({ body }) => ({ job_id: String(body["job_id"]) })),
        1_200_000,
      );
      done.abort();
      await watch;
      const { queue_size, active_jobs } = await client.health();
      return [
        exactly("jobs that ended before the last answer", ended.length, 0),
        exactly("accepted", accepted.length, 110),
        exactly("refused with 503 queue_full", refused.length, submissions - 110),
        exactly("refusals with every field and Retry-After", whole.length, refused.length),
        exactly("other answers", answers.length - accepted.length - refused.length, 0),
        exactly("most active jobs", mostActive, 10),
        exactly(
          "accepted ones that completed",
          jobs.filter(({ status }) => status === "completed").length,
          110,
        ),
        exactly("slots taken afterwards", queue_size + active_jobs, 0),
        atMost("LLM calls in flight, peak", provider.summary("chat").peak, 20),
      ];
    },
  };
}
