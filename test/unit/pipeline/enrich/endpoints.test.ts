/**
 * Batches of a document with endpoints as they really are: the real steps, gateway and adapters over
 * HTTP, each batch in a process of its own, on fakes of the records. `test/providers` has the same
 * on the deployed app.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { createModelGateway } from "../../../../lambdas/models/gateway/gateway.ts";
import { openAIEmbedder } from "../../../../lambdas/models/openai/openai-embedder.ts";
import { openAILanguageModel } from "../../../../lambdas/models/openai/openai-language-model.ts";
import { embedBatch } from "../../../../lambdas/pipeline/enrich/embed/embed.ts";
import { describeBatch } from "../../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import type { Clock } from "../../../../lambdas/platform/clock.ts";
import { refusing, usable } from "../../../providers/quirks.ts";
import {
  type FakeProvider,
  startFakeProvider,
} from "../../../support/fake-provider/fake-provider.ts";
import type { ScriptInput } from "../../../support/fake-provider/fake-provider-script.ts";
import { batchSize, runningJob } from "../../../support/running-job.ts";

/** Real time, with back-offs ten times as short. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms / 10)),
};
let provider: FakeProvider;
beforeAll(async () => {
  provider = await startFakeProvider();
});
afterAll(() => provider.close());

let documents = 0;

/** Two batches of each stage side by side, as the state machine has them. @returns how those ended that failed */
async function processed(script: ScriptInput, chunks: number): Promise<Error[]> {
  provider.script(script);
  provider.reset();
  const document = documents++;
  const texts = Array.from(
    { length: chunks },
    (_, i) =>
      `Keeper ${i} of ${document} opened the sluices. ${"He closed them at dusk. ".repeat(9)}`,
  );
  const { world, attempt } = await runningJob({ texts });
  const identity = { provider: provider.baseUrl, model: "test-model", recipe: "r" };
  const gateway = () =>
    createModelGateway(
      {
        ...world,
        clock,
        chance: { random: Math.random },
        timeout: (ms) => AbortSignal.timeout(ms),
      },
      {
        limits: { cap: { llm: 20, embeddings: 20 }, perJob: { llm: 10 } },
        callTimeoutMs: { llm: 30_000, embeddings: 15_000 },
      },
    );
  const batches = [...Array(Math.min(2, Math.ceil(chunks / batchSize))).keys()];
  const ends = await Promise.allSettled(
    batches.flatMap((batch) => {
      const task = { ...attempt, batch };
      const deadlineMs = Date.now() + 600_000;
      const model = openAILanguageModel({ identity, clock });
      const embedder = openAIEmbedder({ identity, clock });
      return [
        describeBatch(
          task,
          { ...world, gateway: gateway(), model },
          { id: `m${batch}`, deadlineMs },
        ),
        embedBatch(
          task,
          { ...world, gateway: gateway(), embedder },
          { id: `e${batch}`, deadlineMs },
        ),
      ];
    }),
  );
  return ends.flatMap((end) => (end.status === "rejected" ? [end.reason as Error] : []));
}

test.each(usable)("an endpoint that $title is used, with few calls more", async (quirk) => {
  const chunks = 14;
  expect(await processed(quirk.script, chunks)).toEqual([]);
  const [chat, embeddings] = [provider.summary("chat"), provider.summary("embeddings")];
  expect(Math.max(chat.calls, embeddings.calls)).toBeLessThanOrEqual(chunks + 4);
  expect(chat.repeated).toEqual({});
});

test.each(refusing)(
  "an endpoint that $title ends a job by its reason in at most 25 calls",
  async (refusal) => {
    const failures = await processed(refusal.script, 30);
    expect(failures.map(({ message }) => message).join(" ")).toMatch(refusal.reason);
    const refused = provider.calls.filter(({ outcome }) => outcome !== "ok");
    expect(refused.length).toBeLessThanOrEqual(25);
  },
);
