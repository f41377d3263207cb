/** How many permits are busy, whatever the documents, and how long all of it takes against what the permits allow. */
import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { ApiError } from "../../cli/errors.ts";
import type { AcceptedAnswer } from "../../lambdas/contract/calls/ingest.ts";
import { endsOf, type ProvidedApp } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { jobOf, type RecordedCall } from "../support/fake-provider/fake-provider-journal.ts";
import {
  atLeast,
  atMost,
  beside,
  exactly,
  type Figure,
  type Scenario,
} from "../support/measures/figures.ts";
import { watchIdleTime } from "../support/measures/machine.ts";
import { takeWakeUps } from "../support/wake-ups.ts";
import { watchLeasedPermits } from "./leased-permits.ts";

const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
export const cap = 20;
/** Of a call. With longer calls the machine that runs the functions matters less. */
let latencyMs = 1_500;

export function setCallTime(callMs: number): void {
  latencyMs = callMs;
}

export const callTimeMs = () => latencyMs;

interface Load {
  readonly name: string;
  readonly documents: number;
  readonly chunks: number;
  readonly seed: number;
  /** Permits that the jobs can use at once. */
  readonly usable: number;
  /** Of the time that the calls take with all of these permits. */
  readonly spanRatio?: number;
  /** Share of calls that are answered 429. @default 0 */
  readonly throttled?: number;
}

export const documentOf = (sections: number, seed: number) => ({
  content_type: "text/markdown",
  text: markdown({ sections, seed }),
  options,
});

function load(of: Load): Scenario<ProvidedApp> {
  const { name, documents, chunks, seed, throttled = 0 } = of;
  return {
    name,
    about: `${documents} documents of ${chunks} chunks${throttled > 0 ? `, ${throttled * 100} % of the calls 429` : ""}`,
    run: async ({ provider, app, client }) => {
      // Functions that start anew would be measured as idle permits. Calls that take a while keep all
      // functions of ten such documents at work at once.
      provider.script({ latencyMs: { chat: 500, embeddings: 500 } });
      const warm = await Promise.all(
        Array.from({ length: 10 }, (_, i) => client.ingest(documentOf(chunks, seed + 90_000 + i))),
      );
      await endsOf(client, warm);
      provider.script({
        latencyMs: { chat: latencyMs, embeddings: latencyMs },
        faults: throttled > 0 ? [{ kind: "rate-limit", probability: throttled }] : [],
      });
      provider.reset();
      // As many as may wait at once, so that all begin together.
      const first = Math.min(documents, 100);
      const idleShare = watchIdleTime();
      const leasedBetween = watchLeasedPermits(app);
      await takeWakeUps(app, false);
      const accepted = await send(client, { from: 0, to: first, of });
      await takeWakeUps(app, true);
      const rest = await send(client, { from: first, to: documents, of });
      const ended = await endsOf(client, [...accepted, ...rest], 1_200_000, 2_000);
      const calls = provider.calls.filter(({ endpoint }) => endpoint === "chat");
      const chat = provider.summary("chat");
      const completed = ended.filter(({ status }) => status === "completed").length;
      return [
        exactly("completed", completed, documents),
        atMost("LLM calls in flight, peak", chat.peak, cap),
        atMost("LLM calls in flight of one job, peak", chat.peakPerJob, 10),
        exactly("chunks described twice", Object.keys(chat.repeated).length, 0),
        ...spanFigures(calls, of),
        beside(
          "permits leased meanwhile, share",
          (await leasedBetween(...windowOf(calls))) / of.usable,
        ),
        beside("idle time of the machine's cores meanwhile, share", idleShare()),
      ];
    },
  };
}

function send(
  client: ProvidedApp["client"],
  { from, to, of }: { readonly from: number; readonly to: number; readonly of: Load },
): Promise<AcceptedAnswer[]> {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  return pMap(numbers, (i) => sendOnceThereIsRoom(client, documentOf(of.chunks, of.seed + i)), {
    concurrency: 10,
  });
}

/** A full queue is waited for, as a client does. */
async function sendOnceThereIsRoom(
  client: ProvidedApp["client"],
  document: ReturnType<typeof documentOf>,
): Promise<AcceptedAnswer> {
  for (;;) {
    try {
      return await client.ingest(document);
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "queue_full") throw error;
      await sleep(1_000);
    }
  }
}

/** From the first full second to the last start of a call for a text that nobody had asked about. */
function windowOf(calls: readonly RecordedCall[]): [fromMs: number, untilMs: number] {
  const byText = Map.groupBy(calls, ({ textHashes }) => textHashes[0]);
  const firstAsks = [...byText.values()].map((asks) =>
    Math.min(...asks.map(({ startedAtMs }) => startedAtMs)),
  );
  return [Math.min(...firstAsks) + 1_000, Math.max(...firstAsks)];
}

function spanFigures(calls: readonly RecordedCall[], { usable, spanRatio }: Load): Figure[] {
  const starts = calls.map(({ startedAtMs }) => startedAtMs);
  const spanMs = Math.max(...calls.map(({ endedAtMs }) => endedAtMs)) - Math.min(...starts);
  const limitMs = (calls.length * latencyMs) / usable;
  const ratio = "span of the calls, of what the permits allow";
  return [
    atLeast(
      "permits busy from the first full second to the last start, share",
      average(calls, ...windowOf(calls)) / usable,
      0.9,
    ),
    atMost(ratio, spanMs / limitMs, spanRatio ?? 2),
  ];
}

/** Calls in flight, averaged over the time from `from` to `until`. */
export function average(calls: readonly RecordedCall[], from: number, until: number): number {
  if (until <= from) return 0;
  const spent = calls.reduce(
    (sum, { startedAtMs, endedAtMs }) =>
      sum + Math.max(0, Math.min(endedAtMs, until) - Math.max(startedAtMs, from)),
    0,
  );
  return spent / (until - from);
}

export const smallDocuments = load({
  name: "60x9",
  documents: 60,
  chunks: 9,
  seed: 20_000,
  usable: cap,
  spanRatio: 1.15,
});
export const tenOf50 = load({
  name: "10x50",
  documents: 10,
  chunks: 50,
  seed: 21_000,
  usable: cap,
  spanRatio: 1.2,
});
export const oneOf50 = load({
  name: "1x50",
  documents: 1,
  chunks: 50,
  seed: 22_000,
  usable: 10,
  spanRatio: 1.1,
});
/** Ten jobs run at once, with a call each. */
export const manyOfOne = load({
  name: "200x1",
  documents: 200,
  chunks: 1,
  seed: 23_000,
  usable: 10,
});
export const throttledLoad = load({
  name: "10x50-throttled",
  documents: 10,
  chunks: 50,
  seed: 24_000,
  usable: cap,
  throttled: 0.3,
});

export const hangingChunk: Scenario<ProvidedApp> = {
  name: "hanging-chunk",
  about: "one chunk whose call hangs, in a document beside five healthy ones",
  run: async ({ provider, client }) => {
    const marked = "## Section 7\n";
    const text = markdown({ sections: 20, seed: 26_000 });
    provider.script({
      latencyMs: { chat: 500 },
      faults: [{ kind: "hang", endpoint: "chat", whenText: marked }],
    });
    provider.reset();
    const startedMs = Date.now();
    const bad = await client.ingest({ content_type: "text/markdown", text, options });
    // Without the mark: their seventh section is another's.
    const healthy = await Promise.all(
      Array.from({ length: 5 }, (_, i) => client.ingest(documentOf(6, 26_100 + i))),
    );
    const ended = await endsOf(client, healthy);
    const healthySeconds = (Date.now() - startedMs) / 1_000;
    const [job] = await endsOf(client, [bad], 900_000);
    const asks = provider.calls.filter(
      ({ outcome }) => outcome === "hang" || outcome === "aborted",
    );
    const byJob = new Set(asks.map(({ correlationId }) => jobOf(correlationId)));
    const { llm } = (await client.health()).breakers ?? {};
    return [
      exactly(
        "healthy ones completed",
        ended.filter((one) => one.status === "completed").length,
        5,
      ),
      atMost("seconds until the healthy ones had ended", healthySeconds, 60),
      exactly("the other", job?.status ?? "lost", "completed"),
      exactly("degraded", String(job?.result?.degraded), "true"),
      exactly(
        "named",
        job?.result?.failed_chunks.map(({ code }) => code).join() ?? "",
        "provider_timeout",
      ),
      atMost("asks for it", asks.length, 16),
      exactly("jobs that asked in vain", byJob.size, 1),
      atMost("minutes until it had ended", (Date.now() - startedMs) / 60_000, 10),
      exactly("breaker afterwards", llm?.state ?? "unknown", "closed"),
    ];
  },
};
