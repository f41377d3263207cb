import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { accepted } from "../../../lambdas/intake/answers.ts";
import { queueFull } from "../../../lambdas/intake/refusals.ts";
import {
  type AttemptId,
  attemptId,
  parseAttemptId,
} from "../../../lambdas/records/jobs/attempt.ts";
import {
  fullFor,
  type GateState,
  queueSize,
  waiting,
} from "../../../lambdas/scheduling/gate/gate-state.ts";
import { queuePlace } from "../../../lambdas/scheduling/gate/turns.ts";

const ids = [...Array(12).keys()].map((i): AttemptId => `01JH${String(i).padStart(4, "0")}-1`);
const limits = { maxQueued: 100, maxActive: 10 };
const gate = fc.tuple(fc.shuffledSubarray(ids), fc.shuffledSubarray(ids)).map(
  ([admitted, active]): GateState => ({
    admitted: new Set(admitted),
    active: new Set(active.filter((id) => admitted.includes(id))),
    tenants: new Map(admitted.map((id) => [id, "acme"])),
  }),
);

describe("the gate", () => {
  test("ranks those that wait by age: positions are 1 to the queue's size, each once", () => {
    fc.assert(
      fc.property(gate, (state) => {
        const queue = waiting(state);
        expect(queueSize(state)).toBe(state.admitted.size - state.active.size);
        expect(queue).toEqual(queue.toSorted());
        const place = (id: AttemptId) => queuePlace(state, limits, id)?.position;
        expect(queue.map(place)).toEqual(queue.map((_, i) => i + 1));
        for (const id of state.active) expect(place(id)).toBeUndefined();
      }),
    );
  });

  test("is full with as many as may wait and run together", () => {
    const three = { maxQueued: 2, maxActive: 1 };
    const holding = (count: number) => ({
      admitted: new Set(ids.slice(0, count)),
      active: new Set<AttemptId>(),
      tenants: new Map(),
    });
    expect([0, 2, 3, 4].map((count) => fullFor(holding(count), three, "acme"))).toEqual([
      undefined,
      undefined,
      "queue",
      "queue",
    ]);
  });
});

describe("what a client is told of the queue", () => {
  const state: GateState = {
    admitted: new Set(ids),
    active: new Set(ids.slice(0, 2)),
    tenants: new Map(ids.map((id) => [id, "acme"])),
  };

  test("its place, and ten seconds for each place while nothing is measured", () => {
    const job = { jobId: ids[4]!.slice(0, -2), attempt: 1, documentId: "doc", documentVersion: 3 };
    expect(accepted(job, state, limits)).toEqual({
      job_id: job.jobId,
      document_id: "doc",
      document_version: 3,
      status: "queued",
      status_url: `/v1/jobs/${job.jobId}`,
      queue_position: 3,
      estimated_wait_seconds: 30,
    });
  });

  test("that it has started already, as place 0", () => {
    const job = { jobId: ids[0]!.slice(0, -2), attempt: 1, documentId: "doc", documentVersion: 1 };
    expect(accepted(job, state, limits).queue_position).toBe(0);
  });

  test("that the queue is full, how full, and when to come back", () => {
    const { message, code, details, retryAfterSeconds } = queueFull(state, "01JH");
    expect({ message, code, details, retryAfterSeconds }).toEqual({
      message: "Queue full",
      code: "queue_full",
      details: { job_id: "01JH", queue_size: 10, retry_after_seconds: 10 },
      retryAfterSeconds: 10,
    });
  });
});

test("an attempt's id names job and attempt, whatever is in the job's id", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (jobId, attempt) => {
      expect(parseAttemptId(attemptId({ jobId, attempt }))).toEqual({ jobId, attempt });
    }),
  );
});
