/** What the fake provider saw: every call, what was answered twice, and how many were in flight at once. */
import type { EndpointName, FaultKind } from "./fake-provider-script.ts";

export type Outcome = "ok" | FaultKind | "bad-parameter" | "bad-request" | "aborted";

export interface RecordedCall {
  readonly endpoint: EndpointName;
  readonly correlationId: string;
  /** Whether it came with a key. */
  readonly authorized: boolean;
  /** Epoch milliseconds. */
  readonly startedAtMs: number;
  readonly endedAtMs: number;
  /** sha256 of each text: one for chat, those of the batch for embeddings. */
  readonly textHashes: readonly string[];
  readonly outcome: Outcome;
  /** 0 when nothing was answered. */
  readonly status: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface EndpointSummary {
  readonly calls: number;
  readonly ok: number;
  /** Most calls in flight at once. */
  readonly peak: number;
  /** The same for one correlation id (a batch), and for one job (the id up to its first dash). */
  readonly peakPerCorrelation: number;
  readonly peakPerJob: number;
  /** Texts answered with success more than once, and how often. */
  readonly repeated: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

class Gauge {
  readonly #now = new Map<string, number>();
  readonly #peaks = new Map<string, number>();

  enter(key: string): void {
    const now = (this.#now.get(key) ?? 0) + 1;
    this.#now.set(key, now);
    this.#peaks.set(key, Math.max(now, this.#peaks.get(key) ?? 0));
  }

  leave(key: string): void {
    this.#now.set(key, (this.#now.get(key) ?? 1) - 1);
  }

  peaks(): ReadonlyMap<string, number> {
    return this.#peaks;
  }

  /** Peaks begin anew; what is in flight stays. */
  restart(): void {
    this.#peaks.clear();
    for (const [key, now] of this.#now) if (now > 0) this.#peaks.set(key, now);
  }
}

/** `01ARZ…-1-metadata-3` belongs to job `01ARZ…`; a search is nobody's. */
export function jobOf(correlationId: string): string {
  return correlationId.startsWith("search-") ? correlationId : (correlationId.split("-")[0] ?? "");
}

export class Journal {
  #calls: RecordedCall[] = [];
  readonly #asks = new Map<string, number>();
  readonly #gauge = new Gauge();
  #connections = 0;

  connected(): void {
    this.#connections++;
  }

  /** Connections opened; far fewer than calls when they are reused. */
  get connections(): number {
    return this.#connections;
  }

  get calls(): readonly RecordedCall[] {
    return this.#calls;
  }

  /** Counts an ask; answers how many there were before. */
  asked(endpoint: EndpointName, textHash: string): number {
    const key = `${endpoint} ${textHash}`;
    const before = this.#asks.get(key) ?? 0;
    this.#asks.set(key, before + 1);
    return before;
  }

  enter(endpoint: EndpointName, correlationId: string): void {
    for (const key of gaugeKeys(endpoint, correlationId)) this.#gauge.enter(key);
  }

  leave(call: RecordedCall): void {
    for (const key of gaugeKeys(call.endpoint, call.correlationId)) this.#gauge.leave(key);
    this.#calls.push(call);
  }

  reset(): void {
    this.#calls = [];
    this.#asks.clear();
    this.#gauge.restart();
    this.#connections = 0;
  }

  summary(endpoint: EndpointName): EndpointSummary {
    const calls = this.#calls.filter((call) => call.endpoint === endpoint);
    const answered = calls.filter((call) => call.outcome === "ok");
    const times = new Map<string, number>();
    for (const hash of answered.flatMap((call) => call.textHashes)) {
      times.set(hash, (times.get(hash) ?? 0) + 1);
    }
    const outcomes: Partial<Record<Outcome, number>> = {};
    for (const { outcome } of calls) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    const peak = (scope: string) =>
      [...this.#gauge.peaks()]
        .filter(([key]) => key.startsWith(`${endpoint} ${scope}`))
        .reduce((most, [, value]) => Math.max(most, value), 0);
    return {
      calls: calls.length,
      ok: answered.length,
      peak: peak("all"),
      peakPerCorrelation: peak("correlation "),
      peakPerJob: peak("job "),
      repeated: Object.fromEntries([...times].filter(([, count]) => count > 1)),
      outcomes,
      promptTokens: calls.reduce((sum, call) => sum + call.promptTokens, 0),
      completionTokens: calls.reduce((sum, call) => sum + call.completionTokens, 0),
    };
  }
}

function gaugeKeys(endpoint: EndpointName, correlationId: string): readonly string[] {
  return [
    `${endpoint} all`,
    `${endpoint} correlation ${correlationId}`,
    `${endpoint} job ${jobOf(correlationId)}`,
  ];
}
