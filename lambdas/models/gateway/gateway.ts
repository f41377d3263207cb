/** The one way to a provider: permits for a batch, then its calls. */
import type { Dependency } from "../../contract/vocabulary.ts";
import { acquirePermits, type GatewayLimits } from "../limiter/permits.ts";
import { embeddingCallTimeoutMs, llmCallTimeoutMs } from "../limits.ts";
import { BatchRun } from "./batch-run.ts";
import type { GatewayPorts, ModelGateway } from "./model-gateway.ts";

export interface GatewayOptions {
  readonly limits: GatewayLimits;
  /** Jobs that run now, of the whole deployment; asked once for each batch. */
  activeJobs(): Promise<number>;
  /**
   * How long a call may take.
   * @default 30 s for the language model, 15 s for embeddings
   */
  readonly callTimeoutMs?: Readonly<Partial<Record<Dependency, number>>>;
}

const defaultTimeoutMs: Readonly<Record<Dependency, number>> = {
  llm: llmCallTimeoutMs,
  embeddings: embeddingCallTimeoutMs,
};

export function createModelGateway(ports: GatewayPorts, options: GatewayOptions): ModelGateway {
  return {
    async run(batch) {
      if (batch.calls.length === 0) return;
      const { dependency, holder } = batch;
      const timeoutMs = options.callTimeoutMs?.[dependency] ?? defaultTimeoutMs[dependency];
      const permits = await acquirePermits(ports, options.limits, {
        dependency,
        holder,
        want: batch.calls.length,
        activeJobs: await options.activeJobs(),
      });
      try {
        await new BatchRun(ports, batch, timeoutMs).run(permits);
      } finally {
        // The batch's own end says more than this one; a lease left behind runs out by itself.
        await ports.limiter.shrink(dependency, holder, 0).catch(() => undefined);
      }
    },
  };
}
