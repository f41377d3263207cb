/**
 * The steps as data: one folder of `lambdas/`, one function, and all it may
 * touch. `constructs/functions.ts` turns a line into grants, so a permission
 * that is not here does not exist.
 */
import {
  batchTimeoutSeconds,
  chunkTimeoutSeconds,
  httpTimeoutSeconds,
  storeTimeoutSeconds,
} from "../lambdas/domain/limits.ts";

export type TableAccess = "none" | "read" | "write";
/**
 * `write` reads and puts, `remove` deletes as well. `offer` puts only: what a
 * step may put, the requests that it signs may put.
 */
export type ObjectAccess = "none" | "read" | "offer" | "write" | "remove";

export interface StepSpec {
  readonly timeoutSeconds: number;
  /** MB. Lambda gives CPU in proportion: 1,769 MB are one core. */
  readonly memoryMb: number;
  /** Jobs, gate, limiter, breaker, documents, answers. */
  readonly table: TableAccess;
  /** Lists jobs of a tenant, by the table's index. */
  readonly listsJobs?: true;
  /** Texts and batches of jobs. */
  readonly documents: ObjectAccess;
  /** What clients upload, which lies in the same bucket. */
  readonly uploads?: "read" | "offer";
  /** LanceDB. */
  readonly vectors: ObjectAccess;
  /** Wakes dispatch. */
  readonly wakes?: true;
  /** Looks how many wake-ups failed. */
  readonly countsDeadLetters?: true;
  /** Reads the provider's key for this stage, if there is one. */
  readonly secret?: "LLM_API_KEY" | "EMBEDDINGS_API_KEY";
}

/** Dispatch and finish do a handful of small writes. */
export const coordinationTimeoutSeconds = 30;
/** Ends before the next minute's sweep begins. */
const sweepTimeoutSeconds = 55;

/** A request is a few round trips; half a core keeps parsing and TLS out of its latency. */
const http = { timeoutSeconds: httpTimeoutSeconds, memoryMb: 512 } as const;
const nothing = { table: "none", documents: "none", vectors: "none" } as const;

export const steps = {
  // Reads an upload of up to 50 MB, as bytes and as text: 448 MB at the peak, as measured.
  // It removes the text of a submission that it could not queue.
  submit: {
    ...http,
    ...nothing,
    memoryMb: 1024,
    table: "write",
    documents: "remove",
    uploads: "read",
    wakes: true,
  },
  // Of its time it mostly waits: a long poll is held for up to 20 s, and memory is what that costs.
  status: { ...http, ...nothing, memoryMb: 256, table: "read", listsJobs: true },
  retry: { ...http, ...nothing, table: "write", wakes: true },
  cancel: { ...http, ...nothing, table: "write" },
  health: { ...http, ...nothing, table: "read" },
  intake: { ...http, ...nothing, table: "write" },
  metrics: { ...http, ...nothing, table: "read", countsDeadLetters: true },
  usage: { ...http, ...nothing, table: "read" },
  openapi: { ...http, ...nothing },
  console: { ...http, ...nothing },
  // The native library of LanceDB alone takes about 200 MB once it has opened a table.
  search: { ...http, ...nothing, memoryMb: 1024, table: "read", vectors: "read" },
  documents: {
    ...http,
    ...nothing,
    memoryMb: 1024,
    table: "write",
    vectors: "remove",
  },
  uploads: { ...http, ...nothing, table: "read", uploads: "offer" },

  dispatch: {
    ...nothing,
    timeoutSeconds: coordinationTimeoutSeconds,
    memoryMb: 512,
    table: "write",
  },
  finish: {
    ...nothing,
    timeoutSeconds: coordinationTimeoutSeconds,
    memoryMb: 512,
    table: "write",
    wakes: true,
  },
  sweep: {
    ...nothing,
    timeoutSeconds: sweepTimeoutSeconds,
    memoryMb: 512,
    table: "write",
    wakes: true,
  },

  // Holds a document of up to 50 MB as text, its tokens and its chunks.
  chunk: {
    ...nothing,
    timeoutSeconds: chunkTimeoutSeconds,
    memoryMb: 1769,
    table: "write",
    documents: "write",
  },
  // The local language libraries hold about 300 MB of models and are bound by CPU.
  metadata: {
    ...nothing,
    timeoutSeconds: batchTimeoutSeconds,
    memoryMb: 1769,
    table: "write",
    documents: "write",
    secret: "LLM_API_KEY",
  },
  // One inference thread: a whole core is of use, a second one is not.
  embed: {
    ...nothing,
    timeoutSeconds: batchTimeoutSeconds,
    memoryMb: 1769,
    table: "write",
    documents: "write",
    secret: "EMBEDDINGS_API_KEY",
  },
  // All vectors of a document at once (5,000 × 1,536 floats are 31 MB), in JavaScript and in Arrow.
  store: {
    ...nothing,
    timeoutSeconds: storeTimeoutSeconds,
    memoryMb: 2048,
    table: "write",
    documents: "read",
    // A commit may clear away what no version refers to any more.
    vectors: "remove",
  },
  // Rewrites small files into large ones and extends the text index.
  maintain: { ...nothing, timeoutSeconds: storeTimeoutSeconds, memoryMb: 2048, vectors: "remove" },
} as const satisfies Record<string, StepSpec>;

export type StepName = keyof typeof steps;
export const stepNames = Object.keys(steps) as StepName[];
