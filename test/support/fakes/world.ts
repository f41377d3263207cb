/**
 * A whole Sluice in memory: one set of stores, one clock, one source of
 * chance. Everything that happens follows from the seed and from what
 * `onCall` does, so a failing schedule is replayed by its seed.
 */
import type { BreakerSettings } from "../../../lambdas/models/breaker/breaker-state.ts";
import { SeededChance } from "./chance.ts";
import { ManualClock } from "./clock.ts";
import { MemoryAccounts, MemoryMetrics, MemoryQueueWatch } from "./metrics.ts";
import { MemoryBreaker } from "./models/breaker.ts";
import { type OnCall, observed } from "./models/calls.ts";
import { MemoryLimiter } from "./models/limiter.ts";
import { MemoryAnswerStore } from "./records/answer-store.ts";
import { MemoryDocumentStore } from "./records/document-store.ts";
import { MemoryErasures } from "./records/erasures.ts";
import { MemoryIdempotencyStore } from "./records/idempotency-store.ts";
import { MemoryJobStore } from "./records/job-store.ts";
import { MemoryKeyStore } from "./records/key-store.ts";
import { MemoryLeases } from "./records/leases.ts";
import { MemoryObjectStore } from "./records/objects.ts";
import { MemoryPendingAttachments } from "./records/pending-attachments.ts";
import { MemoryUploads } from "./records/uploads.ts";
import { MemoryFinisher } from "./scheduling/finisher.ts";
import { MemoryGate } from "./scheduling/gate.ts";
import { MemoryJobEvents } from "./scheduling/job-events.ts";
import { MemoryWakeQueue } from "./scheduling/wake-queue.ts";
import { MemoryWorkflow } from "./scheduling/workflow.ts";
import { MemoryStoredRows } from "./stored-rows.ts";

export interface WorldOptions {
  /** @default 1 */
  readonly seed?: number;
  /** @default threshold 10, cool-down 60 s, probe lease 30 s */
  readonly breaker?: BreakerSettings;
  /** What the finisher does. @default nothing but to note it */
  readonly finish?: ConstructorParameters<typeof MemoryFinisher>[0];
}

const breakerDefaults: BreakerSettings = {
  threshold: 10,
  cooldownMs: 60_000,
  probeLeaseMs: 30_000,
};

/** The fakes themselves: what tests look into. A step gets {@link portsOf} them where calls matter. */
export function createWorld(options: WorldOptions = {}) {
  const clock = new ManualClock();
  const accounts = new MemoryAccounts();
  const objects = new MemoryObjectStore();
  return {
    clock,
    chance: new SeededChance(clock, options.seed ?? 1),
    gate: new MemoryGate(),
    jobs: new MemoryJobStore(clock, accounts),
    metrics: new MemoryMetrics(),
    tallies: accounts,
    ledger: accounts,
    watch: new MemoryQueueWatch(),
    documents: new MemoryDocumentStore(),
    erasures: new MemoryErasures(),
    idempotency: new MemoryIdempotencyStore(),
    keys: new MemoryKeyStore(),
    limiter: new MemoryLimiter(clock),
    breaker: new MemoryBreaker(options.breaker ?? breakerDefaults, clock),
    answers: new MemoryAnswerStore(clock),
    attachments: new MemoryPendingAttachments(),
    leases: new MemoryLeases(clock),
    objects,
    rows: new MemoryStoredRows(),
    uploads: new MemoryUploads(objects),
    queue: new MemoryWakeQueue(),
    workflow: new MemoryWorkflow(),
    finisher: new MemoryFinisher(options.finish),
    events: new MemoryJobEvents(),
  };
}

export type World = ReturnType<typeof createWorld>;

/** The world as one actor sees it: each of its calls asks `onCall` before and after. */
export function portsOf<Ports extends object>(world: Ports, onCall: OnCall): Ports {
  const ports: Record<string, object> = {};
  for (const [name, port] of Object.entries(world) as [string, object][]) {
    // Made when it is asked for: an actor uses few of them.
    let seen: object | undefined;
    const get = () => (seen ??= observed(name, port, onCall));
    Object.defineProperty(ports, name, { enumerable: true, configurable: true, get });
  }
  return ports as Ports;
}
