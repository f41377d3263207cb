/** The functions as they are deployed: which step, on which ports, for how long. */

import { httpTimeoutSeconds } from "../../../lambdas/contract/limits.ts";
import { setIntake } from "../../../lambdas/http/admission-switch/admission-switch.ts";
import { retry } from "../../../lambdas/intake/retry.ts";
import { type SubmitInput, submit } from "../../../lambdas/intake/submit.ts";
import { createModelGateway } from "../../../lambdas/models/gateway/gateway.ts";
import { batchTimeoutSeconds, callTimeoutMs } from "../../../lambdas/models/limits.ts";
import { chunk } from "../../../lambdas/pipeline/chunk/chunk.ts";
import { embedBatch } from "../../../lambdas/pipeline/enrich/embed/embed.ts";
import { describeBatch } from "../../../lambdas/pipeline/enrich/metadata/metadata.ts";
import { extractJob } from "../../../lambdas/pipeline/extract/extract-job.ts";
import { chunkTimeoutSeconds, extractTimeoutSeconds } from "../../../lambdas/pipeline/limits.ts";
import { store } from "../../../lambdas/pipeline/store/store.ts";
import type { Settings } from "../../../lambdas/platform/settings.ts";
import type { Attempt, BatchTask } from "../../../lambdas/records/jobs/attempt.ts";
import { cancel } from "../../../lambdas/scheduling/cancel.ts";
import { dispatch } from "../../../lambdas/scheduling/dispatch/dispatch.ts";
import { finish } from "../../../lambdas/scheduling/finish/finish.ts";
import { gateLimitsOf } from "../../../lambdas/scheduling/gate/gate-state.ts";
import type { Ending } from "../../../lambdas/scheduling/orchestration.ts";
import { sweep } from "../../../lambdas/scheduling/sweep/sweep.ts";
import { storeTimeoutSeconds } from "../../../lambdas/vectors/limits.ts";
import type { VectorStore } from "../../../lambdas/vectors/vector-store.ts";
import { observed } from "../../support/fakes/models/calls.ts";
import { portsOf, type World } from "../../support/fakes/world.ts";
import { read, split } from "./documents.ts";
import type { Faults } from "./faults.ts";
import type { Kernel } from "./kernel.ts";
import { type Ended, Process } from "./process.ts";
import { identities, type Provider } from "./provider.ts";

/** infra/steps.ts */
const coordinationTimeoutSeconds = 30;
const sweepTimeoutSeconds = 55;
const metadataSeconds = batchTimeoutSeconds(30);
const embedSeconds = batchTimeoutSeconds(15);
/** lambdas/platform/task.ts */
const reserveMs = 2_000;

/** A world's ports, and the vector store. */
export type Stores = World & { readonly vectors: VectorStore };
type Ports = Omit<Stores, "clock"> & { readonly clock: Process["clock"] };

/** One that a task's invocation ended as. */
export type Invoked = { readonly process: Process; readonly ended: Ended<unknown> };

export interface FunctionsOptions {
  readonly kernel: Kernel;
  readonly faults: Faults;
  readonly stores: Stores;
  readonly provider: Provider;
  readonly settings: Settings;
  readonly jobTimeoutMs: number;
  /** Ports of one invocation, to be mutated. @default as they are */
  readonly mutate?: (ports: Ports, attempt: Attempt | undefined) => Ports;
  readonly trace?: (line: string) => void;
}

export class Functions {
  readonly #options: FunctionsOptions;
  /** Invocations under way. */
  running = 0;
  #invocations = 0;
  #processes = 0;

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  /** Tells `named` the id that a job gets if this request makes one. */
  submit(input: SubmitInput, named: (jobId: string) => void) {
    return this.#run("submit", httpTimeoutSeconds, (ports, process) => {
      const chance = {
        random: () => ports.chance.random(),
        jobId: () => {
          process.jobId = ports.chance.jobId();
          named(process.jobId);
          return process.jobId;
        },
      };
      const { gate, jobs, documents, objects, uploads, queue, idempotency, clock } = ports;
      const kept = { jobs, documents, objects, uploads, idempotency };
      const { metrics, tallies } = ports;
      const own = { ...kept, gate, queue, clock, chance, metrics, tallies };
      return submit(input, own, this.#limits);
    });
  }

  retry(jobId: string, tenant: string) {
    return this.#run("retry", httpTimeoutSeconds, (ports) =>
      retry(tenant, jobId, ports, this.#limits),
    );
  }

  cancel(jobId: string, tenant: string) {
    return this.#run("cancel", httpTimeoutSeconds, (ports) => cancel(tenant, jobId, ports));
  }

  /** By an operator. */
  intake(paused: boolean) {
    const operator = { tenant: "operations", role: "operator" } as const;
    return this.#run("intake", httpTimeoutSeconds, ({ gate, clock }) =>
      setIntake(operator, { paused }, { gate, clock }),
    );
  }

  dispatch() {
    const { jobTimeoutMs } = this.#options;
    return this.#run("dispatch", coordinationTimeoutSeconds, (ports) =>
      dispatch(ports, { ...this.#limits, jobTimeoutMs }),
    );
  }

  sweep() {
    const { jobTimeoutMs } = this.#options;
    return this.#run("sweep", sweepTimeoutSeconds, (ports) =>
      sweep(ports, { jobTimeoutMs, workMsPerChunk: 0 }),
    );
  }

  finish(attempt: Attempt, ending: Ending) {
    return this.#run("finish", coordinationTimeoutSeconds, (ports) =>
      finish(attempt, ending, ports),
    );
  }

  extract(attempt: Attempt) {
    const models = [identities.metadata, identities.embeddings];
    return this.#run(
      "extract",
      extractTimeoutSeconds,
      (ports) => extractJob(attempt, { ...ports, read }, { models }),
      attempt,
    );
  }

  chunk(attempt: Attempt) {
    return this.#run(
      "chunk",
      chunkTimeoutSeconds,
      (ports) => chunk(attempt, ports, split, { embeddingModel: identities.embeddings.model }),
      attempt,
    );
  }

  metadata(task: BatchTask) {
    return this.#run(
      "metadata",
      metadataSeconds,
      (ports, process) => {
        const model = observed("llm", this.#options.provider.llm(process), process.onCall);
        const gateway = this.#gateway(ports, process);
        const { jobs, objects, answers, metrics } = ports;
        const own = { jobs, objects, answers, metrics, gateway, model };
        return describeBatch(task, own, this.#invocation(process, metadataSeconds));
      },
      task,
    );
  }

  embed(task: BatchTask) {
    return this.#run(
      "embed",
      embedSeconds,
      (ports, process) => {
        const plain = this.#options.provider.embedder(process);
        const embedder = observed("embedder", plain, process.onCall);
        const gateway = this.#gateway(ports, process);
        const { jobs, objects, answers, metrics } = ports;
        const own = { jobs, objects, answers, metrics, gateway, embedder };
        return embedBatch(task, own, this.#invocation(process, embedSeconds));
      },
      task,
    );
  }

  store(attempt: Attempt) {
    return this.#run("store", storeTimeoutSeconds, (ports) => store(attempt, ports), attempt);
  }

  get #limits() {
    return gateLimitsOf(this.#options.settings);
  }

  #gateway(ports: Ports, process: Process) {
    const { settings } = this.#options;
    return createModelGateway(
      {
        limiter: ports.limiter,
        breaker: ports.breaker,
        clock: ports.clock,
        chance: ports.chance,
        timeout: process.timeout,
      },
      {
        limits: {
          cap: { llm: settings.LLM_MAX_PARALLEL, embeddings: settings.EMBEDDINGS_MAX_PARALLEL },
          perJob: { llm: settings.METADATA_PER_JOB },
        },
        callTimeoutMs: callTimeoutMs(settings),
      },
    );
  }

  #invocation({ startedMs }: Process, timeoutSeconds: number) {
    this.#invocations += 1;
    const deadlineMs = startedMs + timeoutSeconds * 1_000 - reserveMs;
    return { id: `invocation-${this.#invocations}`, deadlineMs };
  }

  async #run<T>(
    step: string,
    timeoutSeconds: number,
    work: (ports: Ports, process: Process) => Promise<T>,
    attempt?: Attempt,
  ): Promise<{ process: Process; ended: Ended<T> }> {
    const { kernel, faults, stores, mutate } = this.#options;
    const process = new Process(step, kernel, faults);
    const seen = portsOf(stores, process.onCall);
    const { trace } = this.#options;
    this.#processes += 1;
    const name = `${step} ${this.#processes}`;
    if (trace !== undefined)
      process.trace = (what) => trace(`${kernel.now() % 1e8} ${name} ${what}`);
    const ports: Ports = Object.defineProperty(seen, "clock", { value: process.clock });
    this.running += 1;
    const ended = await process.run(timeoutSeconds * 1_000, () =>
      work(mutate?.(ports, attempt) ?? ports, process),
    );
    this.running -= 1;
    process.trace?.(
      ended.kind === "returned"
        ? `returned ${JSON.stringify(ended.value)}`
        : `${ended.kind} ${ended.error}`,
    );
    return { process, ended };
  }
}
