/** A reindex meets an outage: it is tried again each minute, for as long as it takes. */
import { describe, expect, test } from "vitest";
import {
  ProviderThrottledError,
  ProviderTimeoutError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { createModelGateway } from "../../../../lambdas/models/gateway/gateway.ts";
import { embedPassages } from "../../../../lambdas/pipeline/enrich/embed/passages.ts";
import { ScriptedEmbedder } from "../../../support/fakes/models/models.ts";
import { createWorld } from "../../../support/fakes/world.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

interface Trouble {
  /** Told of the time since the reindex began, and of the number of the call. Throws the failure. */
  readonly fault: (afterMs: number, call: number) => void;
  readonly latencyMs?: number;
}

function reindexing({ fault, latencyMs = 100 }: Trouble) {
  const world = createWorld();
  const { clock } = world;
  const begunMs = clock.now();
  const embedder = new ScriptedEmbedder({
    clock,
    latencyMs,
    fault: (_, call) => fault(clock.now() - begunMs, call),
  });
  const gateway = createModelGateway(
    { ...world, timeout: clock.timeout },
    {
      limits: { cap: { llm: 20, embeddings: 20 } },
      callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
    },
  );
  const texts = Array.from({ length: 64 }, (_, i) => `stored text ${i}`);
  let runs = 0;
  const run = () =>
    embedPassages(
      { tenant: "acme", begunMs, texts },
      { ...world, gateway, embedder },
      { id: `run-${String(++runs).padStart(8, "0")}`, deadlineMs: clock.now() + 88_000 },
    );
  /** Answers when a run ended well. */
  const untilDone = async (withinMs: number): Promise<number | undefined> => {
    while (clock.now() - begunMs < withinMs) {
      const isDone = await clock.during(
        run().then(
          () => true,
          () => false,
        ),
      );
      if (isDone) return clock.now() - begunMs;
      await clock.advance(minuteMs - ((clock.now() - begunMs) % minuteMs));
    }
    return undefined;
  };
  return { embedder, untilDone, begunMs };
}

describe("a reindex goes on after", () => {
  test.each<[string, Trouble, number]>([
    [
      "a minute of 429s that began after an answer",
      {
        fault: (afterMs, call) => {
          if (call > 0 && afterMs < minuteMs) throw new ProviderThrottledError("slow down");
        },
      },
      hourMs + minuteMs,
    ],
    [
      "12 minutes in which every call hung",
      {
        latencyMs: 14_000,
        fault: (afterMs) => {
          if (afterMs < 12 * minuteMs) throw new ProviderTimeoutError("no answer");
        },
      },
      hourMs + minuteMs,
    ],
    [
      "80 minutes of 503",
      {
        fault: (afterMs) => {
          if (afterMs < 80 * minuteMs) throw new ProviderUnavailableError("503");
        },
      },
      2 * hourMs + minuteMs,
    ],
  ])("%s", async (_, trouble, withinMs) => {
    const { embedder, untilDone } = reindexing(trouble);
    expect(await untilDone(withinMs)).toBeDefined();
    expect(new Set(embedder.log.calls.map(({ text }) => text)).size).toBe(4);
  });
});

test("a reindex asks about a text at most 16 times an hour", async () => {
  const { embedder, untilDone, begunMs } = reindexing({
    fault: () => {
      throw new ProviderUnavailableError("503");
    },
  });
  expect(await untilDone(3 * hourMs)).toBeUndefined();
  const { calls } = embedder.log;
  for (const text of new Set(calls.map((call) => call.text))) {
    for (const hour of [0, 1, 2]) {
      const asked = calls.filter(
        (call) => call.text === text && Math.floor((call.atMs - begunMs) / hourMs) === hour,
      );
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.length).toBeLessThanOrEqual(16);
    }
  }
});
