import pMap from "p-map";
import { isWhole } from "../support/api.ts";
import { endsOf } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { atMost, exactly, type Scenario } from "../support/measures/figures.ts";
import type { ChaosContext } from "./context.ts";
import { killEvery } from "./functions.ts";

const jobs = 30;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
/** Calls that one batch can have in flight. */
const inFlightPerBatch = 10;

export const kills: Scenario<ChaosContext> = {
  name: "kills",
  about: `${jobs} jobs, 30 % of calls fail for the moment, a function is killed every 2 s`,
  run: async ({ provider, app, client, random, seed }) => {
    provider.script({
      seed,
      latencyMs: { chat: { minMs: 50, maxMs: 400 } },
      faults: (["rate-limit", "server-error", "reset"] as const).map((kind) => ({
        kind,
        probability: 0.1,
      })),
    });
    provider.reset();
    const ending = new AbortController();
    const killing = killEvery(2_000, {
      port: new URL(app.endpoint).port,
      spare: /status|submit|search|documents|health/i,
      random,
      signal: ending.signal,
    });
    const texts = Array.from({ length: jobs }, (_, i) =>
      markdown({ sections: 30, seed: 9_000 + i }),
    );
    const accepted = await pMap(
      texts,
      (text) => client.ingest({ content_type: "text/markdown", text, options }),
      { concurrency: jobs },
    );
    const ended = await endsOf(client, accepted, 1_800_000);
    ending.abort();
    const killed = await killing;
    const completed = ended.filter(({ status }) => status === "completed");
    const sets = await pMap(
      ended,
      ({ document_id }, i) => isWhole(app, document_id, texts[i] ?? ""),
      { concurrency: 4 },
    );
    const paidTwice = Object.values(provider.summary("chat").repeated).reduce(
      (sum, times) => sum + times - 1,
      0,
    );
    const metadataKills = killed.filter(({ name }) => /metadata/i.test(name)).length;
    const { queue_size, active_jobs } = await client.health();
    console.log(
      `killed ${killed.length} functions, ${metadataKills} of them asked the language model`,
    );
    for (const { job_id, error } of ended) {
      if (error !== undefined)
        console.log(`${job_id}: ${error.stage} ${error.code} ${error.message}`);
    }
    return [
      exactly("jobs completed", completed.length, jobs),
      exactly("documents with exactly their chunks, each once", sets.filter(Boolean).length, jobs),
      atMost("LLM answers paid twice", paidTwice, inFlightPerBatch * metadataKills),
      atMost("LLM calls in flight, peak", provider.summary("chat").peak, 20),
      exactly("slots taken afterwards", queue_size + active_jobs, 0),
    ];
  },
};
