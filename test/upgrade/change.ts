/** A deployment over a stack that is at work. */
import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { callApi, isWhole } from "../support/api.ts";
import { eventually, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { atLeast, beside, exactly, type Scenario } from "../support/measures/figures.ts";
import { takeWakeUps } from "../support/wake-ups.ts";
import { changedFunctions, deployedCode } from "./deployed-code.ts";

export interface UpgradeContext extends ProvidedApp {
  readonly toBefore: () => Promise<void>;
  readonly toCurrent: () => Promise<void>;
}

const jobs = 20;
const slots = 10;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
const terminal = ["completed", "failed", "cancelled"];

/**
 * Jobs are sent, ten of them run, and the deployment begins. The answers of the API are read as
 * they are: the client of one release need not know those of the other.
 * @param seed other documents for each scenario: an answer that is known would be no call
 */
export function change(
  name: string,
  about: string,
  seed: number,
  deploymentOf: (context: UpgradeContext) => () => Promise<void>,
): Scenario<UpgradeContext> {
  return {
    name,
    about,
    run: async (context) => {
      const { provider, app } = context;
      provider.script({ latencyMs: { chat: 2_000, embeddings: 500 } });
      provider.reset();
      // Of many sizes: during the deployment, some jobs begin, some end, and some are between.
      const texts = Array.from({ length: jobs }, (_, i) =>
        markdown({ sections: 8 + 3 * i, seed: seed + i }),
      );
      await takeWakeUps(app, false);
      const accepted = await pMap(
        texts,
        async (text) => {
          const body = { content_type: "text/markdown", text, options };
          const answer = await callApi(app, "POST", "/ingest", { body });
          return String(answer.body["job_id"]);
        },
        { concurrency: slots },
      );
      await takeWakeUps(app, true);
      const health = async () => (await callApi(app, "GET", "/health")).body;
      await eventually(
        "all slots are taken and the model is asked",
        async () => (await health())["active_jobs"] === slots && provider.calls.length >= slots,
      );
      const atStart = await health();
      const codeBefore = await deployedCode(app);

      const deployed = new AbortController();
      const asking = askUntil(deployed.signal, context, accepted);
      const startedAt = Date.now();
      const callsBefore = provider.calls.length;
      await deploymentOf(context)();
      const seconds = (Date.now() - startedAt) / 1_000;
      deployed.abort();
      const { asked, failed } = await asking;
      const callsMeanwhile = provider.calls.length - callsBefore;
      const codeAfter = await deployedCode(app);
      const unfinished = (await states(context, accepted)).filter(
        ({ status }) => !terminal.includes(String(status)),
      );

      await eventually(
        "every job ends",
        async () =>
          (await states(context, accepted)).every(({ status }) =>
            terminal.includes(String(status)),
          ),
        { withinMs: 600_000 },
      );
      const ended = await states(context, accepted);
      for (const { job_id, status, error } of ended) {
        if (status !== "completed") console.log(JSON.stringify({ job_id, status, error }));
      }
      const whole = await pMap(
        ended,
        ({ document_id }, i) => isWhole(app, String(document_id), texts[i] ?? ""),
        { concurrency: 4 },
      );
      const atEnd = await health();
      const cutOff = provider.calls.filter(({ outcome }) => outcome === "aborted").length;
      const twice = (endpoint: "chat" | "embeddings") =>
        Object.keys(provider.summary(endpoint).repeated).length;
      return [
        exactly("running jobs when it began", Number(atStart["active_jobs"]), slots),
        exactly("queued jobs when it began", Number(atStart["queue_size"]), jobs - slots),
        beside("seconds of the deployment", seconds),
        atLeast("functions with other code", changedFunctions(codeBefore, codeAfter), 1),
        atLeast("model calls meanwhile", callsMeanwhile, 1),
        atLeast("jobs that had not ended after it", unfinished.length, 1),
        exactly("jobs completed", count(ended, "completed"), jobs),
        exactly("documents with exactly their chunks", whole.filter(Boolean).length, jobs),
        exactly("texts paid twice to the language model", twice("chat"), 0),
        exactly("texts paid twice for embeddings", twice("embeddings"), 0),
        // A provider takes the money for an answer that nobody waits for any more.
        exactly("model calls that were cut off", cutOff, 0),
        exactly(`requests of ${asked} to the API that failed meanwhile`, failed, 0),
        exactly(
          "slots taken afterwards",
          Number(atEnd["active_jobs"]) + Number(atEnd["queue_size"]),
          0,
        ),
      ];
    },
  };
}

type Job = Readonly<Record<string, unknown>>;

function count(all: readonly Job[], status: string): number {
  return all.filter((job) => job["status"] === status).length;
}

/** One after the other, so that a small machine has time for the jobs. */
async function states({ app }: UpgradeContext, ids: readonly string[]): Promise<Job[]> {
  const found: Job[] = [];
  for (const id of ids) found.push((await callApi(app, "GET", `/jobs/${id}`)).body);
  return found;
}

/** What callers meet during a deployment. */
async function askUntil(
  signal: AbortSignal,
  { app }: UpgradeContext,
  ids: readonly string[],
): Promise<{ asked: number; failed: number }> {
  let asked = 0;
  let failed = 0;
  while (!signal.aborted) {
    const id = ids[asked % ids.length];
    const path = asked % 2 === 0 ? "/health" : `/jobs/${id}`;
    const answer = await callApi(app, "GET", path).catch((error: unknown) => ({
      status: 0,
      body: error,
    }));
    if (answer.status !== 200) {
      failed++;
      console.log(`GET ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    }
    asked++;
    await sleep(200);
  }
  return { asked, failed };
}
