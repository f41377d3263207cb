/** What moves the functions: queue, state machine, its events, and the minute's sweep. */

import type { BatchTask } from "../../../lambdas/records/jobs/attempt.ts";
import { type Attempt, type AttemptId, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import { finishInputSchema } from "../../../lambdas/scheduling/finish/schema.ts";
import type { ExecutionError } from "../../../lambdas/scheduling/orchestration.ts";
import { MemoryWorkflow } from "../../support/fakes/scheduling/workflow.ts";
import type { Faults } from "./faults.ts";
import type { Functions, Invoked } from "./functions.ts";
import type { Kernel } from "./kernel.ts";
import { type Definition, type Engine, type Scope, StateError, walk } from "./state-machine.ts";

const minuteMs = 60_000;
/** Deliveries of a message before it is set aside. */
const maxReceives = 3;
const visibilityMs = { least: 30_000, most: 180_000 };
const names = {
  Extract: "extract",
  Chunk: "chunk",
  Metadata: "metadata",
  Embed: "embed",
  Store: "store",
} as const;

export class Platform {
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #definition: Definition;
  readonly #runsOn: boolean;
  readonly #scopes = new Map<AttemptId, Scope>();
  readonly workflow: MemoryWorkflow;
  /** Set once the functions, which need the workflow, exist. */
  functions!: Functions;
  /** Messages and events on their way. */
  onTheirWay = 0;
  /** Told before and after a sweep. */
  aroundSweep: { before: () => Promise<void>; after: () => Promise<void> } | undefined;

  constructor(
    kernel: Kernel,
    faults: Faults,
    machine: { definition: Definition; runsOn: boolean },
  ) {
    this.#kernel = kernel;
    this.#faults = faults;
    this.#definition = machine.definition;
    this.#runsOn = machine.runsOn;
    this.workflow = new SimulatedWorkflow(
      (attempt) => void this.#execute(attempt),
      (id) => this.#stop(id),
    );
  }

  /** A wake-up message: none, one or many deliveries, soon or late. */
  wake(): void {
    if (this.#faults.happens("lostMessages")) return;
    const copies = this.#faults.happens("repeatedMessages") ? this.#kernel.between(2, 10) : 1;
    for (let copy = 0; copy < copies; copy++) this.#deliver(this.#delayMs(), 1);
  }

  #deliver(delayMs: number, receives: number): void {
    this.onTheirWay += 1;
    this.#kernel.after(delayMs, () => {
      this.onTheirWay -= 1;
      void this.#dispatch(receives);
    });
  }

  async #dispatch(receives: number): Promise<void> {
    const { ended } = await this.functions.dispatch();
    if (ended.kind === "returned" || receives >= maxReceives) return;
    this.#deliver(this.#kernel.between(visibilityMs.least, visibilityMs.most), receives + 1);
  }

  /** Every minute, for ever. */
  sweepEachMinute(): void {
    this.#kernel.after(minuteMs, () => {
      this.sweepEachMinute();
      if (this.#faults.happens("unevenSweeps")) {
        if (this.#kernel.happens(0.5)) return;
        void this.functions.sweep();
      }
      const around = this.aroundSweep;
      void (async () => {
        await around?.before();
        await this.functions.sweep();
        await around?.after();
      })();
    });
  }

  async #execute(attempt: Attempt): Promise<void> {
    const scope: Scope = { stopped: false };
    this.#scopes.set(attemptId(attempt), scope);
    if (this.#faults.happens("hungExecutions")) return;
    if (this.#faults.happens("lostExecutions")) {
      this.#kernel.after(this.#kernel.between(0, 60_000), () => {
        const lost = { error: "States.ServiceRestart", cause: "" };
        this.#end(attempt, lost, { told: false });
      });
    }
    const engine: Engine = {
      kernel: this.#kernel,
      invoke: (name, payload) => this.#invoke(name, payload),
      runsOn: this.#runsOn,
    };
    try {
      await walk(this.#definition, attempt, engine, scope);
      this.#end(attempt, undefined);
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      this.#end(attempt, error.failure);
    }
  }

  #end(attempt: Attempt, failure: ExecutionError | undefined, { told } = { told: true }): void {
    const id = attemptId(attempt);
    const execution = this.workflow.executions.get(id);
    if (execution?.status !== "running") return;
    execution.status = failure === undefined ? "succeeded" : "failed";
    if (failure !== undefined) execution.error = failure;
    const scope = this.#scopes.get(id);
    if (scope !== undefined && failure !== undefined && !this.#runsOn) scope.stopped = true;
    if (told) this.#tell(id, failure === undefined ? "SUCCEEDED" : "FAILED", failure);
  }

  #stop(id: AttemptId): void {
    const execution = this.workflow.executions.get(id);
    if (execution?.status !== "running") return;
    execution.status = "failed";
    execution.error = { error: "Stopped", cause: "" };
    const scope = this.#scopes.get(id);
    if (scope !== undefined && !this.#runsOn) scope.stopped = true;
    this.#tell(id, "ABORTED");
    // Emulators were seen to flip the status, with a second event.
    if (this.#runsOn) this.#tell(id, "FAILED", { error: "States.Runtime", cause: "" });
  }

  /** EventBridge tells finish of an execution's end: never, once or often, in any order. */
  #tell(name: string, status: string, failure?: ExecutionError): void {
    if (this.#faults.happens("lostEvents")) return;
    const copies = this.#faults.happens("repeatedEvents") ? 3 : 1;
    const { attempt, ending } = finishInputSchema.parse({
      "detail-type": "Step Functions Execution Status Change",
      detail: { name, status, ...failure },
    });
    for (let copy = 0; copy < copies; copy++) {
      this.onTheirWay += 1;
      this.#kernel.after(this.#delayMs(), () => {
        this.onTheirWay -= 1;
        void this.functions.finish(attempt, ending);
      });
    }
  }

  /** @throws StateError by the name that the service would report */
  async #invoke(name: string, payload: unknown): Promise<unknown> {
    if (this.#faults.happens("platformFailures") && this.#kernel.happens(0.5)) {
      throw new StateError({ error: "Lambda.TooManyRequestsException", cause: "" });
    }
    if (this.#faults.happens("lostConnections")) {
      // The function runs on, and nobody hears of it.
      void this.#task(name, payload);
      await this.#kernel.sleep(this.#kernel.between(0, 5_000));
      const error = this.#kernel.happens(0.5) ? "SdkClient" : "ClientExecutionTimeout";
      throw new StateError({ error: `Lambda.${error}Exception`, cause: "" });
    }
    const { ended } = await this.#task(name, payload);
    if (this.#faults.happens("platformFailures") && this.#kernel.happens(0.5)) {
      throw new StateError({ error: "Lambda.Unknown", cause: "" });
    }
    switch (ended.kind) {
      case "returned":
        return ended.value;
      case "killed":
        throw new StateError({ error: ended.error, cause: "" });
      case "threw": {
        const cause = JSON.stringify({ errorMessage: ended.error.message });
        throw new StateError({ error: ended.error.name, cause });
      }
    }
  }

  async #task(name: string, payload: unknown): Promise<Invoked> {
    const { functions } = this;
    if (name === "Finish") {
      const { attempt, ending } = finishInputSchema.parse(payload);
      return functions.finish(attempt, ending);
    }
    const step = names[name as keyof typeof names];
    return functions[step](payload as BatchTask);
  }

  #delayMs(): number {
    return this.#faults.happens("lateMessages")
      ? this.#kernel.between(1_000, 300_000)
      : this.#kernel.between(0, 50);
  }
}

class SimulatedWorkflow extends MemoryWorkflow {
  readonly #begin: (attempt: Attempt) => void;
  readonly #halt: (id: AttemptId) => void;

  constructor(begin: (attempt: Attempt) => void, halt: (id: AttemptId) => void) {
    super();
    this.#begin = begin;
    this.#halt = halt;
  }

  override async start(attempt: Attempt): Promise<"started" | "exists"> {
    const answer = await super.start(attempt);
    const { jobId } = attempt;
    if (answer === "started") this.#begin({ jobId, attempt: attempt.attempt });
    return answer;
  }

  override async stop(id: AttemptId): Promise<void> {
    this.#halt(id);
  }
}
