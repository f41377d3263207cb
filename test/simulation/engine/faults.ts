/** What goes wrong, and how often; from a moment on nothing does any more. */
import { TableThrottledError } from "../../../lambdas/platform/dynamodb/table-throttled.ts";
import type { PortCall } from "../../support/fakes/models/calls.ts";
import type { Kernel } from "./kernel.ts";

/** A running function, as far as faults care. */
interface Faulty {
  readonly step: string;
  /** Port calls so far. */
  readonly calls: number;
  failedCalls: number;
}

/** Probabilities, from 0 to 1. */
export interface FaultRates {
  /** Of wake-up messages. */
  readonly lostMessages: number;
  readonly repeatedMessages: number;
  readonly lateMessages: number;
  /** Of an execution's status event. */
  readonly lostEvents: number;
  readonly repeatedEvents: number;
  /** Of a phase of a port call: the function dies there. */
  readonly crashes: number;
  /** Of a port call: an error, and no effect. */
  readonly throttles: number;
  /** Of a port call: an effect, and an error. */
  readonly lostAnswers: number;
  /** Of a port call: seconds or minutes, before its effect or after. */
  readonly slowness: number;
  /** Of a task: the platform fails before it begins, or after it ended. */
  readonly platformFailures: number;
  /** Of a task: the platform loses its function, which runs on. */
  readonly lostConnections: number;
  /** Of an execution: it ends with an error and without an event. */
  readonly lostExecutions: number;
  /** Of an execution: it hangs for good. */
  readonly hungExecutions: number;
  /** Of a provider's call: throttled, unavailable, or no answer at all. */
  readonly providerFailures: number;
  /** Of an HTTP answer: the client never gets it. */
  readonly lostReplies: number;
  /** Of a minute: no sweep comes, or two. */
  readonly unevenSweeps: number;
}

export const noFaults: FaultRates = {
  lostMessages: 0,
  repeatedMessages: 0,
  lateMessages: 0,
  lostEvents: 0,
  repeatedEvents: 0,
  crashes: 0,
  throttles: 0,
  lostAnswers: 0,
  slowness: 0,
  platformFailures: 0,
  lostConnections: 0,
  lostExecutions: 0,
  hungExecutions: 0,
  providerFailures: 0,
  lostReplies: 0,
  unevenSweeps: 0,
};

/** The function of a step dies at this phase of its port calls, counted from 1, once. */
export interface PlannedCrash {
  readonly step: string;
  readonly call: number;
}

/** Ports of other services; the rest are items of the table. */
const notOfTheTable: ReadonlySet<string> = new Set([
  "objects",
  "uploads",
  "queue",
  "workflow",
  "finisher",
  "events",
  "vectors",
  "metrics",
]);

/** A service that answers by an error nobody foresees by name. */
class InjectedError extends Error {
  override readonly name: string;
  constructor(name: string, { port, method }: PortCall) {
    super(`${port}.${method} was made to fail.`);
    this.name = name;
  }
}

export class Faults {
  readonly #kernel: Kernel;
  readonly #rates: FaultRates;
  #planned: PlannedCrash | undefined;
  calm = false;
  /** How often each thing went wrong. */
  readonly counts = new Map<string, number>();

  constructor(kernel: Kernel, rates: FaultRates, planned?: PlannedCrash) {
    this.#kernel = kernel;
    this.#rates = rates;
    this.#planned = planned;
  }

  happens(kind: keyof FaultRates): boolean {
    if (this.calm || !this.#kernel.happens(this.#rates[kind])) return false;
    this.count(kind);
    return true;
  }

  count(kind: string): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  crashes(process: Faulty, _call: PortCall): boolean {
    const planned = this.#planned;
    if (planned?.step === process.step && planned.call === process.calls) {
      this.#planned = undefined;
      this.count("plannedCrashes");
      return true;
    }
    return this.happens("crashes");
  }

  /** Mostly at once or a moment; long enough now and then for others to overtake. */
  latencyMs(call: PortCall): number {
    if (isProvider(call)) return 0;
    if (this.happens("slowness")) return this.#slowMs();
    const kind = this.#kernel.random();
    if (kind < 0.5) return 0;
    return kind < 0.9 ? this.#kernel.between(1, 20) : this.#kernel.between(20, 300);
  }

  answerLatencyMs(call: PortCall): number {
    return !isProvider(call) && this.happens("slowness") ? this.#slowMs() : 0;
  }

  /** Tallies are added as far as they can be, and never fail. @throws InjectedError */
  fail(process: Faulty, call: PortCall): void {
    if (isProvider(call) || call.port === "tallies") return;
    const kind = call.phase === "before" ? "throttles" : "lostAnswers";
    if (!this.happens(kind)) return;
    process.failedCalls += 1;
    if (kind === "lostAnswers") throw new InjectedError("RequestTimeoutException", call);
    throw notOfTheTable.has(call.port)
      ? new InjectedError("ThrottlingException", call)
      : new TableThrottledError(`${call.port}.${call.method} was throttled.`);
  }

  killed(process: Faulty): void {
    this.count(`kills:${process.step}`);
  }

  #slowMs(): number {
    return this.#kernel.happens(0.8)
      ? this.#kernel.between(1_000, 10_000)
      : this.#kernel.between(20_000, 120_000);
  }
}

/** Its time and its failures are its own. */
function isProvider({ port }: PortCall): boolean {
  return port === "llm" || port === "embedder";
}
