/**
 * Each operation of the job store in each state a job can be in: what it
 * answers, and whether it writes. What is refused or repeated leaves the job
 * as it was, `version` included.
 */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import type { Attempt } from "../../../lambdas/records/jobs/attempt.ts";
import type { Job } from "../../../lambdas/records/jobs/job.ts";
import type { JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import { StillClock } from "../../support/fakes/clock.ts";
import {
  chunkingOf,
  extractionOf,
  jobIdOf,
  resultOf,
  storedOf,
  submissionOf,
} from "../../support/submissions.ts";

const at = "2026-01-01T00:01:00.000Z";
const later = "2026-01-01T00:02:00.000Z";
const times = { startedAt: at, deadlineAt: "2026-01-01T08:00:00.000Z" };
export const failed = {
  status: "failed",
  failedAt: later,
  error: { code: "circuit_open", message: "It is down.", stage: "metadata", retryable: true },
} as const;
export const cancelled = { status: "cancelled", cancelledAt: later } as const;
export const completed = { status: "completed", completedAt: later, result: resultOf() } as const;

type Bring = (store: JobStore, first: Attempt) => Promise<unknown>;
const second = ({ jobId }: Attempt): Attempt => ({ jobId, attempt: 2 });

/** Ways into each state; each begins where an earlier one ends. */
const states = {
  missing: async () => {},
  queued: (store, { jobId }) => store.create(submissionOf({ jobId })),
  "queued, cancel asked": async (store, job) => {
    await states.queued(store, job);
    await store.requestCancel(job.jobId, at);
  },
  processing: async (store, job) => {
    await states.queued(store, job);
    await store.start(job, times);
  },
  "processing, cancel asked": async (store, job) => {
    await states.processing(store, job);
    await store.requestCancel(job.jobId, at);
  },
  publishing: async (store, job) => {
    await states.processing(store, job);
    await store.beginPublishing(job);
  },
  stored: async (store, job) => {
    await states.publishing(store, job);
    await store.recordStored(job, storedOf());
  },
  "stored unchanged": async (store, job) => {
    await states.processing(store, job);
    await store.recordStored(job, storedOf({ unchanged: true }));
  },
  completed: async (store, job) => {
    await states.stored(store, job);
    await store.finish(job, completed);
  },
  failed: async (store, job) => {
    await states.processing(store, job);
    await store.finish(job, failed);
  },
  cancelled: async (store, job) => {
    await states["processing, cancel asked"](store, job);
    await store.finish(job, cancelled);
  },
  "queued again": async (store, job) => {
    await states.failed(store, job);
    await store.requeue(job);
  },
  "processing again": async (store, job) => {
    await states["queued again"](store, job);
    await store.start(second(job), times);
  },
} satisfies Record<string, Bring>;
type State = keyof typeof states;
const stateNames = Object.keys(states) as State[];

interface Operation {
  readonly run: (store: JobStore, attempt: Attempt) => Promise<unknown>;
  /** Where it writes, and what it answers then. */
  readonly writes: Partial<Record<State, unknown>>;
  /** Where it answers the same, because what it would do is done. */
  readonly repeats?: Partial<Record<State, unknown>>;
  /** What it answers anywhere else. */
  readonly refuses: string;
}

const running = ["processing", "publishing", "stored", "stored unchanged"] as const;
const each = (names: readonly State[], answer?: unknown) =>
  Object.fromEntries(names.map((name) => [name, answer])) as Partial<Record<State, unknown>>;
const stopped = "throws JobCancelledError";

/** By the first attempt. */
const operations: Record<string, Operation> = {
  start: {
    run: (store, attempt) => store.start(attempt, times),
    writes: { queued: "started" },
    repeats: each(running, "started"),
    refuses: "refused",
  },
  recordReading: {
    run: (store, attempt) => store.recordReading(attempt, { done: 20, total: 300 }),
    writes: each(running),
    refuses: stopped,
  },
  recordExtraction: {
    run: (store, attempt) => store.recordExtraction(attempt, extractionOf({ total: 300 }), "f"),
    writes: each(running),
    refuses: stopped,
  },
  recordChunking: {
    run: (store, attempt) => store.recordChunking(attempt, chunkingOf(25)),
    writes: each(running),
    refuses: stopped,
  },
  "recordBatch of metadata": {
    run: (store, attempt) => store.recordBatch(attempt, "metadata", 0),
    writes: each([...running, "processing, cancel asked"]),
    refuses: stopped,
  },
  "recordBatch of embeddings": {
    run: (store, attempt) => store.recordBatch(attempt, "embeddings", 7),
    writes: each([...running, "processing, cancel asked"]),
    refuses: stopped,
  },
  beginPublishing: {
    run: (store, attempt) => store.beginPublishing(attempt),
    writes: { processing: undefined },
    repeats: each(["publishing", "stored", "stored unchanged"]),
    refuses: stopped,
  },
  recordStored: {
    run: (store, attempt) => store.recordStored(attempt, storedOf({ chunkCount: 26 })),
    writes: each(running),
    refuses: stopped,
  },
  "finish as completed": {
    run: (store, attempt) => store.finish(attempt, completed),
    writes: each([...running, "processing, cancel asked"], "finished"),
    refuses: "refused",
  },
  "finish as failed": {
    run: (store, attempt) => store.finish(attempt, failed),
    // A cancel that was asked for, and a result, outweigh a failure.
    writes: each(["processing", "publishing", "queued"], "finished"),
    refuses: "refused",
  },
  "finish as cancelled": {
    run: (store, attempt) => store.finish(attempt, cancelled),
    writes: each(
      [...running, "processing, cancel asked", "queued", "queued, cancel asked"],
      "finished",
    ),
    refuses: "refused",
  },
  intendRetry: {
    run: (store, attempt) => store.intendRetry(attempt, later),
    writes: each(["failed", "cancelled"], "intended"),
    refuses: "refused",
  },
  requeue: {
    run: (store, attempt) => store.requeue(attempt),
    writes: each(["failed", "cancelled"], "requeued"),
    repeats: each(["queued again", "processing again"], "requeued"),
    refuses: "refused",
  },
};

function expectedOf(operation: Operation, state: State): unknown {
  if (state in operation.writes) return operation.writes[state];
  if (operation.repeats !== undefined && state in operation.repeats)
    return operation.repeats[state];
  return operation.refuses;
}

async function answerOf(call: Promise<unknown>): Promise<unknown> {
  return call.catch((error: Error) => `throws ${error.name}`);
}

const versionOf = (job: Job | undefined) => job?.version ?? 0;

/** `open` answers a maker of instances that share one new store. */
export function jobStoreContract(
  name: string,
  open: (clock: StillClock) => Promise<() => JobStore>,
): void {
  let number = 0;
  let opened: Promise<() => JobStore> | undefined;
  /** A job of its own in a store that all cells of the table share. */
  const bring = async (state: State) => {
    opened ??= open(new StillClock());
    const store = (await opened)();
    const job: Attempt = { jobId: jobIdOf(++number), attempt: 1 };
    await states[state](store, job);
    return { store, job, before: await store.read(job.jobId) };
  };

  describe(`job store, each operation in each state: ${name}`, () => {
    for (const [title, operation] of Object.entries(operations)) {
      test(`${title} is answered as the state says, and a repeat changes nothing`, async () => {
        for (const state of stateNames) {
          const { store, job, before } = await bring(state);
          const run = () => answerOf(operation.run(store, job));
          expect([state, await run()]).toEqual([state, expectedOf(operation, state)]);
          const after = await store.read(job.jobId);
          const raised = state in operation.writes ? 1 : 0;
          expect([state, after?.version]).toEqual([state, before && before.version + raised]);
          // The version alone could hide a change that forgot to raise it.
          expect([state, raised === 1 || isDeepStrictEqual(after, before)]).toEqual([state, true]);
          await run();
          expect([state, await store.read(job.jobId)]).toEqual([state, after]);
        }
      });

      test(`${title} of an attempt that has not begun is refused everywhere`, async () => {
        for (const state of stateNames.filter((state) => !state.endsWith(" again"))) {
          const { store, job, before } = await bring(state);
          const answer = await answerOf(operation.run(store, second(job)));
          expect([state, answer]).toEqual([state, operation.refuses]);
          expect([state, await store.read(job.jobId)]).toEqual([state, before]);
        }
      });
    }

    test("markAnnounced marks an attempt that has ended, once", async () => {
      for (const state of stateNames) {
        const { store, job, before } = await bring(state);
        await store.markAnnounced(second(job));
        expect([state, await store.read(job.jobId)]).toEqual([state, before]);
        await store.markAnnounced(job);
        const after = await store.read(job.jobId);
        const ended = ["completed", "failed", "cancelled"].includes(state);
        const announced = { ...before, announced: true, version: versionOf(before) + 1 };
        expect([state, after]).toEqual([state, ended ? announced : before]);
        await store.markAnnounced(job);
        expect(await store.read(job.jobId)).toEqual(after);
      }
    });

    test("requestCancel is written until the job publishes or has ended, once", async () => {
      const outcomes: Partial<Record<State, string>> = {
        publishing: "publishing",
        stored: "publishing",
        "stored unchanged": "publishing",
        completed: "terminal",
        failed: "terminal",
        cancelled: "terminal",
      };
      for (const state of stateNames.filter((state) => state !== "missing")) {
        const { store, job, before } = await bring(state);
        const outcome = outcomes[state] ?? "requested";
        const writes = outcome === "requested" && !state.endsWith("cancel asked");
        const now = { ...before, cancelRequestedAt: later, version: versionOf(before) + 1 };
        for (const asked of [later, "2026-01-01T00:03:00.000Z"]) {
          const answer = await store.requestCancel(job.jobId, asked);
          expect([state, answer]).toEqual([state, { outcome, job: writes ? now : before }]);
          expect(await store.read(job.jobId)).toEqual(answer.job);
        }
      }
      const { store, job } = await bring("missing");
      await expect(store.requestCancel(job.jobId, at)).rejects.toThrow(
        expect.objectContaining({ name: "JobMissingError" }),
      );
    });
  });
}
