/** The one way to a provider: permits for a batch, then its calls. */
import type { Dependency } from "../../contract/vocabulary.ts";
import { PartyPermits } from "../limiter/permits.ts";
import { BatchRun } from "./batch-run.ts";
import type { GatewayPorts, ModelGateway } from "./model-gateway.ts";

export interface GatewayLimits {
  /** Calls in flight over all jobs and instances. */
  readonly cap: Readonly<Record<Dependency, number>>;
  /** Calls in flight for one job. @default as many as over all jobs */
  readonly perJob?: Readonly<Partial<Record<Dependency, number>>>;
}

export interface GatewayOptions {
  readonly limits: GatewayLimits;
  /** How long a call may take. */
  readonly callTimeoutMs: Readonly<Record<Dependency, number>>;
  /**
   * Whether a call that takes too long speaks against its provider. A model in
   * this process is as fast as the machine lets it be.
   * @default true
   */
  readonly timeoutsCount?: boolean;
}

export function createModelGateway(ports: GatewayPorts, options: GatewayOptions): ModelGateway {
  const { limits, callTimeoutMs, timeoutsCount = true } = options;
  return {
    async run(batch) {
      if (batch.calls.length === 0) return;
      const { dependency, party, run } = batch;
      const cap = limits.cap[dependency];
      const timeoutMs = callTimeoutMs[dependency];
      const permits = new PartyPermits(ports.limiter, ports.clock, {
        dependency,
        party,
        run,
        cap,
        perJob: Math.min(cap, limits.perJob?.[dependency] ?? cap),
        timeoutMs,
      });
      try {
        await new BatchRun(ports, batch, permits, { timeoutMs, timeoutsCount }).run();
      } finally {
        // The batch's own end says more than this one; a lease left behind runs out by itself.
        await permits.giveAll().catch(() => undefined);
      }
    },
  };
}
