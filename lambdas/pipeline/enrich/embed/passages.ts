import { count, type Metrics, type TallyStore } from "../../../accounting/metrics.ts";
import { type Priced, unpriced } from "../../../accounting/prices.ts";
import { addUsage, noUsage } from "../../../accounting/usage.ts";
import { usageSamples } from "../../../accounting/usage-samples.ts";
import type { ModelGateway } from "../../../models/gateway/model-gateway.ts";
import type { Embedder } from "../../../models/models.ts";
import type { Clock } from "../../../platform/clock.ts";
import { sha256 } from "../../../platform/sha256.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";
import type { AnswerStore } from "../../../records/answers/answer-store.ts";
import { attemptId } from "../../../records/jobs/attempt.ts";
import type { Chunk } from "../../../records/jobs/chunk.ts";
import { answersOf } from "../batch.ts";
import { vectorAnswers } from "./embed.ts";

export interface PassagePorts {
  readonly answers: AnswerStore;
  readonly gateway: ModelGateway;
  readonly embedder: Embedder;
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
  readonly clock: Pick<Clock, "now">;
}

/**
 * A text may be asked about anew after so long. A reindex goes on for as long as it takes, so asks
 * that an outage used up must not keep it from moving once the outage is over.
 */
const asksRenewedMs = 3_600_000;

export interface PassageRequest {
  readonly tenant: string;
  /** Epoch milliseconds at which the reindex began: a text has its number of asks in each hour of it. */
  readonly begunMs: number;
  /** What is embedded of chunks, context included. */
  readonly texts: readonly string[];
}

/**
 * Embeds stored texts again, for a reindex. The vectors are kept among the answers, where whoever
 * asks reads them, so a text that was answered is never paid for again. The calls share the limiter
 * with the batches of jobs, as one batch.
 * @throws what {@link ModelGateway.run} throws, and the provider's failure
 */
export async function embedPassages(
  { tenant, begunMs, texts }: PassageRequest,
  ports: PassagePorts,
  invocation: Invocation,
  { prices }: Priced = unpriced,
): Promise<void> {
  const attempt = attemptId({
    jobId: `reindex-${sha256(tenant).slice(0, 16)}-${begunMs}`,
    attempt: 1 + Math.floor(Math.max(0, ports.clock.now() - begunMs) / asksRenewedMs),
  });
  let usage = noUsage;
  const chunks = texts.map(
    (text, index): Chunk => ({ index, start: 0, end: text.length, text, tokens: 0, headings: [] }),
  );
  try {
    await answersOf(
      chunks,
      vectorAnswers(tenant, ports.embedder),
      {
        party: `${attempt}-embeddings-0`,
        attempt,
        correlationId: `${attempt}-embeddings-0`,
        fence: () => Promise.resolve(),
      },
      ports,
      invocation,
      (spent) => {
        usage = addUsage(usage, spent);
      },
    );
  } finally {
    await count(usageSamples(usage, prices), ports);
  }
}
