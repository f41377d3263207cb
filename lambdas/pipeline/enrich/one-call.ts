/** A single call of a model through the gateway, for which nobody waits long: a search's query, or a check. */
import { count, type Metrics, type TallyStore } from "../../accounting/metrics.ts";
import type { Priced } from "../../accounting/prices.ts";
import { addUsage, noUsage } from "../../accounting/usage.ts";
import { usageSamples } from "../../accounting/usage-samples.ts";
import type { Dependency } from "../../contract/vocabulary.ts";
import type { ModelGateway } from "../../models/gateway/model-gateway.ts";
import { maxAsks } from "../../models/limits.ts";
import type { Answer, CallOptions } from "../../models/models.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Invocation } from "../../platform/tasks/invocation.ts";

export interface OneCallPorts {
  readonly gateway: ModelGateway;
  readonly metrics: Metrics;
  readonly tallies: TallyStore;
  readonly clock: Pick<Clock, "now">;
}

export interface OneCall<T> {
  readonly dependency: Dependency;
  readonly invoke: (options: CallOptions) => Promise<Answer<T>>;
  /** The first ask and retries. */
  readonly asks: number;
}

export interface OneAnswer<T> {
  readonly value: T;
  /** What the provider took, over all asks. */
  readonly providerMs: number;
  /** The rest of the time in the gateway: mostly the wait for a permit, and for a retry. */
  readonly waitedMs: number;
}

/**
 * It counts against the caps like a search.
 * @throws what {@link ModelGateway.run} throws, and the provider's failure
 */
export async function makeOneCall<T>(
  { dependency, invoke, asks }: OneCall<T>,
  ports: OneCallPorts,
  { id, deadlineMs }: Invocation,
  { prices }: Priced,
): Promise<OneAnswer<T>> {
  const name = `search-${id}` as const;
  let answer: { readonly value: T } | undefined;
  let usage = noUsage;
  let made = 0;
  let providerMs = 0;
  const { clock } = ports;
  const timed = async (options: CallOptions) => {
    const askedMs = clock.now();
    try {
      return await invoke(options);
    } finally {
      providerMs += clock.now() - askedMs;
    }
  };
  const startedMs = clock.now();
  let gatewayMs = 0;
  const call = ports.gateway.run<T>({
    dependency,
    party: name,
    run: "1",
    correlationId: name,
    calls: [
      {
        key: name,
        // Nobody else asks this.
        claim: async () => ({ kind: "ask", asks: maxAsks - asks + ++made }),
        release: async () => undefined,
        invoke: timed,
        keep: async (value) => {
          answer = { value };
        },
        refused: async (error) => {
          throw error;
        },
        exhausted: async (error) => {
          throw error;
        },
      },
    ],
    deadlineMs,
    fence: () => Promise.resolve(),
    spent: (spent) => {
      usage = addUsage(usage, spent);
    },
  });
  try {
    await call;
    gatewayMs = clock.now() - startedMs;
  } finally {
    await count(usageSamples(usage, prices), ports);
  }
  if (answer === undefined) throw new Error(`${dependency}: The call brought no answer.`);
  return { value: answer.value, providerMs, waitedMs: gatewayMs - providerMs };
}
