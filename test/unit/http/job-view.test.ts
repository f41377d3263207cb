import { describe, expect, test } from "vitest";
import { noUsage } from "../../../lambdas/accounting/usage.ts";
import { jobSchema } from "../../../lambdas/contract/calls/jobs.ts";
import { viewJob } from "../../../lambdas/http/job-view.ts";
import type { Job, JobState } from "../../../lambdas/records/jobs/job.ts";
import type { GateState } from "../../../lambdas/scheduling/gate/gate-state.ts";
import { resultOf, submissionOf } from "../../support/submissions.ts";

const startedAt = "2026-01-01T00:00:01.000Z";
const later = "2026-01-01T00:00:09.000Z";
const error = {
  code: "circuit_open",
  message: "Down.",
  stage: "metadata",
  retryable: true,
} as const;
const jobOf = (state: JobState, given: Partial<Job> = {}): Job => ({
  ...submissionOf({ jobId: "01JH", tenant: "secret-tenant" }),
  fingerprint: "secret-print",
  attempt: 1,
  metadataDone: new Set<number>(),
  embeddingsDone: new Set<number>(),
  publishing: false,
  announced: false,
  version: 4,
  ...given,
  ...state,
});
const states: JobState[] = [
  { status: "queued" },
  { status: "processing", startedAt, deadlineAt: later },
  { status: "completed", startedAt, completedAt: later, result: resultOf() },
  { status: "failed", failedAt: later, error },
  { status: "failed", startedAt, failedAt: later, error },
  { status: "cancelled", cancelledAt: later },
];

describe("a job as clients see it", () => {
  test.each(states)("is what the API describes: $status", (state) => {
    const view = viewJob(jobOf(state));
    expect(jobSchema.strict().parse(view)).toEqual(view);
    expect(JSON.stringify(view)).not.toContain("secret");
  });

  test("shows only the times that are known", () => {
    const timesOf = (state: JobState, given?: Partial<Job>) =>
      Object.fromEntries(
        Object.entries(viewJob(jobOf(state, given))).filter(([name]) => name.endsWith("_at")),
      );
    const submitted_at = "2026-01-01T00:00:00.000Z";
    expect(states.map((state) => timesOf(state))).toEqual([
      { submitted_at },
      { submitted_at, started_at: startedAt },
      { submitted_at, started_at: startedAt, completed_at: later },
      { submitted_at, failed_at: later },
      { submitted_at, started_at: startedAt, failed_at: later },
      { submitted_at, cancelled_at: later },
    ]);
    expect(timesOf({ status: "queued" }, { cancelRequestedAt: later })).toEqual({
      submitted_at,
      cancel_requested_at: later,
    });
  });

  test("says when each stage last got further, and when a retry began to wait", () => {
    const progressed = jobOf({ status: "queued" }, { chunkingAt: startedAt, queuedAt: later });
    const { stages, queued_at } = viewJob(progressed);
    expect(stages.chunking.updated_at).toBe(startedAt);
    expect(stages.metadata).not.toHaveProperty("updated_at");
    expect(queued_at).toBe(later);
  });

  test("says how the attempts before it ended", () => {
    const ended = { attempt: 1, status: "failed", startedAt, endedAt: later, error } as const;
    const view = viewJob(jobOf({ status: "queued" }, { attempt: 2, endedAttempts: [ended] }));
    expect(jobSchema.strict().parse(view)).toEqual(view);
    expect(view.ended_attempts).toEqual([
      { attempt: 1, status: "failed", started_at: startedAt, ended_at: later, error },
    ]);
  });

  test("names its execution once it started, where the caller may know it", () => {
    const stateMachineArn = "arn:aws:states:eu-west-1:123456789012:stateMachine:Ingest";
    const running = jobOf({ status: "processing", startedAt, deadlineAt: later }, { attempt: 2 });
    expect(viewJob(running, { stateMachineArn }).execution_arn).toBe(
      "arn:aws:states:eu-west-1:123456789012:execution:Ingest:01JH-2",
    );
    expect(viewJob(running)).not.toHaveProperty("execution_arn");
    expect(viewJob(jobOf({ status: "queued" }), { stateMachineArn })).not.toHaveProperty(
      "execution_arn",
    );
  });

  test("shows the queue position only while it is queued", () => {
    const gate: GateState = {
      admitted: new Set(["01JG-1", "01JH-1"]),
      active: new Set(),
      tenants: new Map(),
    };
    const queue = { gate, limits: { maxQueued: 100, maxActive: 10 } };
    expect(viewJob(jobOf({ status: "queued" }), { queue })).toMatchObject({
      queue_position: 2,
      estimated_wait_seconds: 20,
    });
    const running = jobOf({ status: "processing", startedAt, deadlineAt: later });
    expect(viewJob(running, { queue })).not.toHaveProperty("queue_position");
    const promoted = { ...gate, active: gate.admitted };
    expect(
      viewJob(jobOf({ status: "queued" }), { queue: { ...queue, gate: promoted } }),
    ).not.toHaveProperty("queue_position");
  });

  test("never counts negative cache hits, even if a killed invocation booked nothing", () => {
    const usage = { ...noUsage, metadataCacheHits: -3, embeddingCacheHits: 2 };
    const state = {
      status: "completed",
      startedAt,
      completedAt: later,
      result: resultOf({ usage }),
    } as const;
    expect(viewJob(jobOf(state)).result?.usage).toMatchObject({
      metadata_cache_hits: 0,
      embedding_cache_hits: 2,
    });
  });
});
