import { setTimeout as sleep } from "node:timers/promises";
import { endsOf, eventually, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { atMost, exactly, type Scenario } from "../support/measures/figures.ts";

const jobs = 10;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
/** The breaker's, and the outage in the same proportion as 5 min to 60 s. */
export const coolDownSeconds = 5;
const outageMs = 5 * coolDownSeconds * 1_000;

/** Deployed with a cool-down of {@link coolDownSeconds}. */
export const outage: Scenario<ProvidedApp> = {
  name: "outage",
  about: `the provider is down for 5 cool-downs (${outageMs / 1_000} s) in the middle of 10 jobs`,
  run: async ({ provider, client }) => {
    provider.script({ latencyMs: { chat: 500 } });
    provider.reset();
    const accepted = await Promise.all(
      Array.from({ length: jobs }, (_, i) =>
        client.ingest({
          content_type: "text/markdown",
          text: markdown({ sections: 50, seed: 7_000 + i }),
          options,
        }),
      ),
    );
    await eventually("100 calls", () => provider.summary("chat").calls >= 100);
    provider.script({
      latencyMs: { chat: 500 },
      faults: [{ kind: "server-error", endpoint: "chat", status: 503 }],
    });
    const downAtMs = Date.now();
    await sleep(outageMs / 2);
    const told = (await client.jobs({ status: "processing" })).jobs.filter(
      ({ stages }) => stages.metadata.held_until !== undefined,
    );
    await sleep(downAtMs + outageMs - Date.now());
    const upAtMs = Date.now();
    provider.script({ latencyMs: { chat: 500 } });
    const ended = await endsOf(client, accepted);
    const chunks = ended.reduce((sum, job) => sum + (job.result?.chunk_count ?? 0), 0);
    const calls = provider.calls.filter(({ endpoint }) => endpoint === "chat");
    const whileDown = calls.filter(
      (call) =>
        call.startedAtMs >= downAtMs && call.endedAtMs <= upAtMs && call.outcome === "server-error",
    );
    const { llm } = (await client.health()).breakers ?? {};
    return [
      exactly("jobs that said so meanwhile", told.length, jobs),
      exactly("completed", ended.filter(({ status }) => status === "completed").length, jobs),
      atMost(
        "calls while down",
        whileDown.length,
        10 + 20 + Math.ceil(outageMs / (coolDownSeconds * 1_000)),
      ),
      atMost("calls in all, of a clean run's", calls.length / chunks, 1.5),
      exactly("breaker afterwards", llm?.state ?? "unknown", "closed"),
      exactly("chunks described twice", Object.keys(provider.summary("chat").repeated).length, 0),
    ];
  },
};
