/** Searches while jobs keep all permits busy: how long they take, and what that time is made of. */
import { setTimeout as sleep } from "node:timers/promises";
import pMap from "p-map";
import { sha256 } from "../../lambdas/platform/sha256.ts";
import { endsOf, type ProvidedApp } from "../support/deployment/provided-app.ts";
import {
  atMost,
  beside,
  exactly,
  type Figure,
  type Scenario,
} from "../support/measures/figures.ts";
import { watchIdleTime } from "../support/measures/machine.ts";
import { jsonOf, logLines } from "../support/measures/telemetry.ts";
import { callTimeMs, cap, documentOf } from "./permits.ts";

interface Search {
  readonly query: string;
  readonly askedAtMs: number;
  readonly answeredAtMs: number;
}

/** What the time of a search was made of, in milliseconds. */
interface Parts {
  readonly totalMs: number;
  /** Until its call is in the gateway: two functions start, and are called. */
  readonly beforeMs: number;
  readonly permitMs: number;
  readonly providerMs: number;
  /** From the gateway's answer: the search in the store, and the answer's way. */
  readonly afterMs: number;
}

export const searchesBeside: Scenario<ProvidedApp> = {
  name: "searches-beside",
  about: "10 searches while ten jobs of 200 chunks keep all permits busy",
  run: async ({ provider, app, client }) => {
    // An embedding call has 16 texts with two writes each. With the calls of the other loads that
    // is 430 writes a second, all that the emulator makes: searches would wait for the machine.
    const callMs = 4 * callTimeMs();
    const search = async (number: number): Promise<Search> => {
      const query = `section ${number} of the document`;
      const askedAtMs = Date.now();
      await client.search({ query, mode: "vector" });
      return { query, askedAtMs, answeredAtMs: Date.now() };
    };
    const searches = (first: number, count = 10) =>
      pMap(Array.from({ length: count }), (_, i) => search(first + i), { concurrency: count });
    const ingest = (first: number, chunks: number) =>
      Promise.all(
        Array.from({ length: 10 }, (_, i) => client.ingest(documentOf(chunks, first + i))),
      );

    // Functions start before anything is measured: of the embeddings' there are as many as the jobs
    // and the searches need together.
    provider.script({ latencyMs: { chat: 500, embeddings: 500 } });
    await endsOf(client, await ingest(25_800, 50));
    provider.script({ latencyMs: { chat: 3_000, embeddings: 3_000 } });
    await searches(0, 30);
    // Calls of one length keep all jobs in step: twenty end at one moment, with all their writes.
    const latencyMs = { minMs: 0.8 * callMs, maxMs: 1.2 * callMs };
    provider.script({ latencyMs: { chat: latencyMs, embeddings: latencyMs } });
    const idle = await searches(100);
    provider.reset();
    const jobs = await ingest(25_000, 200);
    const until = Date.now() + 60_000;
    while (!(await allPermitsInUse(client)) && Date.now() < until) await sleep(300);
    // So that they come at any moment of the calls, and not as all begin.
    await sleep(1.5 * callMs);
    const idleShare = watchIdleTime();
    const busy = await searches(200);
    const idleTime = idleShare();
    provider.script({});
    const ended = await endsOf(client, jobs);
    const parts = await partsOf(busy, provider, app.endpoint);
    return [
      exactly("completed", ended.filter(({ status }) => status === "completed").length, 10),
      exactly("searches answered", busy.length, 10),
      atMost(
        `slowest search, seconds above the slowest of ten idle ones, ${callMs / 1_000} s a call`,
        longest(busy.map(tookMs)) - longest(idle.map(tookMs)),
        callMs / 1_000 + 1,
      ),
      exactly("searches whose time is known in parts", parts.length, 10),
      ...figuresOf(parts, callMs),
      atMost("embedding calls in flight, peak", provider.summary("embeddings").peak, cap),
      beside("idle time of the machine's cores meanwhile, share", idleTime),
    ];
  },
};

async function allPermitsInUse(client: ProvidedApp["client"]): Promise<boolean> {
  const { permits } = await client.health();
  return permits?.embeddings.in_use === cap && permits.llm.in_use === cap;
}

const tookMs = ({ askedAtMs, answeredAtMs }: Search) => answeredAtMs - askedAtMs;

const longest = (timesMs: readonly number[]) => Math.max(...timesMs) / 1_000;

/** The wait for a permit is the product's, and has a bound; the rest is functions on this machine's cores. */
function figuresOf(parts: readonly Parts[], callMs: number): Figure[] {
  const slowest = parts.toSorted((a, b) => b.totalMs - a.totalMs)[0];
  const ofSlowest = (what: string, ms = 0) => beside(`slowest search, seconds ${what}`, ms / 1_000);
  return [
    atMost(
      "longest wait for a permit, seconds",
      longest(parts.map(({ permitMs }) => permitMs)),
      callMs / 1_000 + 1,
    ),
    ofSlowest("until its call waits for a permit", slowest?.beforeMs),
    ofSlowest("that the call waits for a permit", slowest?.permitMs),
    ofSlowest("of the provider", slowest?.providerMs),
    ofSlowest("after that", slowest?.afterMs),
  ];
}

/** From the log lines of the embed function, which the provider's correlation id leads to. */
async function partsOf(
  searches: readonly Search[],
  provider: ProvidedApp["provider"],
  endpoint: string,
): Promise<Parts[]> {
  const lines = (await logLines(endpoint))
    .map(jsonOf)
    .filter((line) => line?.["message"] === "embedded a query");
  return searches.flatMap((search) => {
    const hash = sha256(search.query);
    const call = provider.calls.find(({ textHashes }) => textHashes[0] === hash);
    const line = lines.find(
      (one) => call?.correlationId === `search-${String(one?.["request_id"])}`,
    );
    if (line === undefined) return [];
    const permitMs = Number(line["waited_ms"]);
    const providerMs = Number(line["provider_ms"]);
    const embeddedAtMs = Date.parse(String(line["timestamp"]));
    return [
      {
        totalMs: tookMs(search),
        beforeMs: embeddedAtMs - providerMs - permitMs - search.askedAtMs,
        permitMs,
        providerMs,
        afterMs: search.answeredAtMs - embeddedAtMs,
      },
    ];
  });
}
