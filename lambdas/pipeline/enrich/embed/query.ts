import { count, type Metrics, type TallyStore } from "../../../accounting/metrics.ts";
import { type Priced, unpriced } from "../../../accounting/prices.ts";
import { addUsage, noUsage } from "../../../accounting/usage.ts";
import { usageSamples } from "../../../accounting/usage-samples.ts";
import type { ModelGateway } from "../../../models/gateway/model-gateway.ts";
import { maxAsks } from "../../../models/limits.ts";
import type { Embedder } from "../../../models/models.ts";
import type { Invocation } from "../../../platform/tasks/invocation.ts";

export interface QueryPorts {
  readonly gateway: ModelGateway;
  readonly embedder: Embedder;
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
}

/** The first ask and three more. */
const searchAsks = 4;

/**
 * The vector of a search's text. It goes through the model gateway like every
 * call: searches, too, count against the cap of embedding calls.
 * @throws what {@link ModelGateway.run} throws
 */
export async function embedQuery(
  text: string,
  ports: QueryPorts,
  invocation: Invocation,
  { prices }: Priced = unpriced,
): Promise<{ vector: number[] }> {
  let vector: Float32Array | undefined;
  let usage = noUsage;
  let asks = 0;
  const call = ports.gateway.run({
    dependency: "embeddings",
    party: `search-${invocation.id}`,
    run: "1",
    correlationId: `search-${invocation.id}`,
    calls: [
      {
        key: `search-${invocation.id}`,
        // Nobody else asks this, and the search does not wait for many tries.
        claim: async () => ({ kind: "ask", asks: maxAsks - searchAsks + ++asks }),
        release: async () => undefined,
        invoke: (options) => ports.embedder.embed([text], { ...options, purpose: "query" }),
        keep: async ([first]) => {
          vector = first;
        },
        refused: async (error) => {
          throw error;
        },
        exhausted: async (error) => {
          throw error;
        },
      },
    ],
    deadlineMs: invocation.deadlineMs,
    fence: () => Promise.resolve(),
    spent: (spent) => {
      usage = addUsage(usage, spent);
    },
  });
  try {
    await call;
  } finally {
    await count(usageSamples(usage, prices), ports);
  }
  if (vector === undefined) throw new Error("The embedder answered no vector for the query.");
  return { vector: [...vector] };
}
