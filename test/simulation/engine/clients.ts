/** Those who submit, cancel and retry, and the operator; they do not always hear the answer. */

import { ingestRequestSchema } from "../../../lambdas/contract/calls/ingest.ts";
import { RequestRefusedError } from "../../../lambdas/contract/refusals.ts";
import type { ReplyRules } from "../rules/replies.ts";
import { documentIdOf, type SimulatedDocument, tenantOf, textOf } from "./documents.ts";
import type { Faults } from "./faults.ts";
import type { Functions } from "./functions.ts";
import type { Kernel } from "./kernel.ts";

export interface Submission extends SimulatedDocument {
  /** After the beginning. */
  readonly atMs: number;
  /** Equal numbers with equal bodies are one request, repeated. */
  readonly key: number | undefined;
}

export interface Order {
  readonly atMs: number;
  /** Index of the submission whose job is meant. */
  readonly of: number;
}

/** An operator pauses intake, and resumes it later. */
export interface Pause {
  readonly atMs: number;
  readonly lengthMs: number;
}

const triesOfSubmission = 4;
const triesOfOrder = 3;

export class Clients {
  readonly #kernel: Kernel;
  readonly #faults: Faults;
  readonly #functions: Functions;
  readonly #rules: ReplyRules;
  /** Text of each job. */
  readonly #texts: Map<string, string>;
  /** Job of each submission, as far as its client knows. */
  readonly #jobs = new Map<number, string>();
  readonly #tenants = new Map<string, string>();
  busy = 0;

  constructor(
    kernel: Kernel,
    faults: Faults,
    of: { functions: Functions; rules: ReplyRules; texts: Map<string, string> },
  ) {
    this.#kernel = kernel;
    this.#faults = faults;
    this.#functions = of.functions;
    this.#rules = of.rules;
    this.#texts = of.texts;
  }

  submitLater(submission: Submission, index: number): void {
    this.#later(submission.atMs, () => this.submit(submission, index));
  }

  /** Tells of its job, if it got one. */
  submitNow(submission: Submission, told: (jobId: string | undefined) => void): void {
    this.#later(0, async () => told(await this.submit(submission, -1)));
  }

  cancelLater({ atMs, of }: Order): void {
    this.#later(atMs, () => this.#order(of, (jobId) => this.#cancel(jobId)));
  }

  retryLater({ atMs, of }: Order): void {
    this.#later(atMs, () => this.#order(of, (jobId) => this.#retry(jobId)));
  }

  pauseLater({ atMs, lengthMs }: Pause): void {
    this.#later(atMs, async () => {
      await this.#setIntake(true);
      await this.#kernel.sleep(lengthMs);
      await this.#setIntake(false);
    });
  }

  /** Until it is heard: an operator does not leave intake paused. */
  async #setIntake(paused: boolean): Promise<void> {
    for (;;) {
      const { ended } = await this.#functions.intake(paused);
      if (ended.kind === "returned" && !this.#faults.happens("lostReplies")) return;
      await this.#patience();
    }
  }

  /** Sends until it hears an answer, or has no patience left. */
  async submit(submission: Submission, index: number): Promise<string | undefined> {
    const text = textOf(submission);
    const { key: number } = submission;
    const documentId = documentIdOf(submission);
    const request = ingestRequestSchema.parse({ document_id: documentId, text });
    const bodyHash = `${documentId} ${text}`;
    const key = number === undefined ? undefined : `key-${number} ${bodyHash}`;
    for (let tries = 1; tries <= triesOfSubmission; tries++) {
      const input = { tenant: tenantOf(submission), request, bodyHash };
      const { process, ended } = await this.#functions.submit(
        key === undefined ? input : { ...input, idempotencyKey: key },
        (jobId) => this.#texts.set(jobId, text),
      );
      if (ended.kind === "returned") {
        const { job_id: jobId } = ended.value;
        this.#rules.accept(jobId, key);
        if (this.#faults.happens("lostReplies")) {
          await this.#patience();
          continue;
        }
        this.#jobs.set(index, jobId);
        this.#tenants.set(jobId, tenantOf(submission));
        return jobId;
      }
      if (ended.kind === "threw" && ended.error instanceof RequestRefusedError) {
        // An answer that names a job does not say that nothing was kept. With two faults or more, what
        // was to be taken back may still be there, but no job.
        if (process.jobId && !isUnknown(ended.error)) {
          this.#rules.refuse(process.jobId, { whole: process.failedCalls <= 1 });
        }
        const seconds = ended.error.retryAfterSeconds;
        if (seconds === undefined) return undefined;
        await this.#kernel.sleep(seconds * 1_000);
      } else {
        await this.#patience();
      }
    }
    return undefined;
  }

  async #cancel(jobId: string): Promise<boolean> {
    const { ended } = await this.#functions.cancel(jobId, this.#tenants.get(jobId) ?? "");
    if (ended.kind === "returned") this.#rules.cancel(ended.value);
    return ended.kind === "returned" || isRefused(ended);
  }

  async #retry(jobId: string): Promise<boolean> {
    const { ended } = await this.#functions.retry(jobId, this.#tenants.get(jobId) ?? "");
    return ended.kind === "returned" || isRefused(ended);
  }

  async #order(of: number, send: (jobId: string) => Promise<boolean>): Promise<void> {
    const jobId = this.#jobs.get(of);
    if (jobId === undefined) return;
    for (let tries = 1; tries <= triesOfOrder; tries++) {
      const heard = (await send(jobId)) && !this.#faults.happens("lostReplies");
      if (heard) return;
      await this.#patience();
    }
  }

  #patience(): Promise<void> {
    return this.#kernel.sleep(this.#kernel.between(500, 45_000));
  }

  #later(ms: number, work: () => Promise<unknown>): void {
    this.busy += 1;
    this.#kernel.after(ms, () => void work().then(() => (this.busy -= 1)));
  }
}

function isRefused(ended: { kind: string; error?: unknown }): boolean {
  return ended.error instanceof RequestRefusedError && ended.error.code !== "unavailable";
}

function isUnknown({ code, details }: RequestRefusedError): boolean {
  return code === "unavailable" && "job_id" in details;
}
