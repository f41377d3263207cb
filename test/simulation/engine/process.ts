/**
 * One invocation of a function: what it does waits for its turn before every
 * port call, and it may die at any of them. A dead one does nothing more, not
 * even its `finally`; a request that it had sent may still arrive.
 */
import type { Clock } from "../../../lambdas/platform/clock.ts";
import type { PortCall } from "../../support/fakes/models/calls.ts";
import type { Faults } from "./faults.ts";
import type { Kernel, Timer } from "./kernel.ts";

export type Ended<T> =
  | { readonly kind: "returned"; readonly value: T }
  | { readonly kind: "threw"; readonly error: Error }
  /** By the platform's name for it. */
  | { readonly kind: "killed"; readonly error: string };

/** A request on its way when its sender dies arrives within this, or never. */
export const straggleMs = 900;

export class Process {
  readonly step: string;
  readonly startedStep: number;
  readonly startedMs: number;
  /** Numbers its port calls' phases, for crashes at a given one. */
  calls = 0;
  alive = true;
  /** Port calls that were made to fail. */
  failedCalls = 0;
  /** Of a submission: the id that it chose. */
  jobId = "";
  trace: ((what: string) => void) | undefined;
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #timers = new Set<Timer>();
  /** Requests sent that have not arrived. */
  readonly #sent = new Map<Timer, () => void>();
  readonly #atEnd: (() => void)[] = [];
  #die: (error: string) => void = () => undefined;

  constructor(step: string, kernel: Kernel, faults: Faults) {
    this.step = step;
    this.#kernel = kernel;
    this.#faults = faults;
    this.startedStep = kernel.steps;
    this.startedMs = kernel.now();
  }

  /** Runs the function's work, at most so long. */
  async run<T>(timeoutMs: number, work: () => Promise<T>): Promise<Ended<T>> {
    const { promise, resolve } = Promise.withResolvers<Ended<T>>();
    const end = (ended: Ended<T>) => {
      if (!this.alive) return;
      this.#close();
      resolve(ended);
    };
    this.#die = (error) => end({ kind: "killed", error });
    this.#timer(timeoutMs, () => this.kill("Sandbox.Timedout"));
    work().then(
      (value) => end({ kind: "returned", value }),
      (error: unknown) => end({ kind: "threw", error: error as Error }),
    );
    return promise;
  }

  kill(error: string): void {
    this.#faults.killed(this);
    this.#die(error);
  }

  /** What ends with it: its connections. */
  atEnd(close: () => void): void {
    this.#atEnd.push(close);
  }

  /** Its own time: a dead one never wakes. */
  readonly clock: Clock = {
    now: () => this.#kernel.now(),
    sleep: (ms) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#timer(ms, resolve);
      return promise;
    },
  };

  readonly timeout = (ms: number): AbortSignal => {
    const controller = new AbortController();
    this.#timer(ms, () => controller.abort());
    return controller.signal;
  };

  readonly onCall = async (call: PortCall): Promise<void> => {
    if (call.port === "clock") return;
    if (!this.alive) return never();
    this.calls += 1;
    if (this.#faults.crashes(this, call)) {
      this.kill("Runtime.ExitError");
      return never();
    }
    if (call.phase === "before") {
      await this.#arrival(this.#faults.latencyMs(call));
      // A straggler: it takes effect, and nobody learns of it.
      if (this.alive) this.#faults.fail(this, call);
      return;
    }
    this.trace?.(`${call.port}.${call.method}`);
    const slowMs = this.#faults.answerLatencyMs(call);
    if (slowMs > 0) await this.clock.sleep(slowMs);
    this.#faults.fail(this, call);
  };

  #arrival(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#timer(ms, resolve);
    this.#sent.set(timer, resolve);
    return promise.then(() => void this.#sent.delete(timer));
  }

  #timer(ms: number, run: () => void): Timer {
    const timer = this.#kernel.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
    return timer;
  }

  #close(): void {
    this.alive = false;
    for (const timer of this.#timers) timer.cancelled = true;
    for (const arrive of this.#sent.values()) {
      if (this.#kernel.happens(0.5)) {
        this.#kernel.after(this.#kernel.between(0, straggleMs), arrive);
      }
    }
    for (const close of this.#atEnd) close();
  }
}

export function never(): Promise<never> {
  return new Promise(() => undefined);
}
