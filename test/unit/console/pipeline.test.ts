import * as fc from "fast-check";
import { expect, describe as group, test } from "vitest";
import { adviceFor, canRetry, explain, passes } from "../../../console/logic/advice.ts";
import { CallError } from "../../../console/logic/api.ts";
import { cellsOf, describe, pipelineOf } from "../../../console/logic/jobs/pipeline.ts";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { jobErrorCodes, otherJobErrorCodes } from "../../../lambdas/contract/job-errors.ts";
import { type RefusalCode, refusalStatus } from "../../../lambdas/contract/refusals.ts";
import { job, stage, stages } from "./jobs.ts";

group("a job's way", () => {
  test("begins in the queue, at its place", () => {
    const queued = job("a", { queue_position: 3 });
    expect(pipelineOf(queued).queue).toMatchObject({ state: "running", detail: "position 3" });
    expect(pipelineOf(queued).chunking.state).toBe("waiting");
    expect(describe(queued)).toBe("Position 3 in the queue");
  });

  test("shows metadata and embeddings at the same time", () => {
    const running = job("a", {
      status: "processing",
      stages: stages({
        chunking: stage("done", 50, 50),
        metadata: stage("running", 20, 50),
        embeddings: stage("running", 30, 50),
      }),
    });
    const { queue, metadata, embeddings, storage } = pipelineOf(running);
    expect(queue.state).toBe("done");
    expect(metadata).toMatchObject({ state: "running", percent: 40, detail: "20 of 50 chunks" });
    expect(embeddings).toMatchObject({ state: "running", percent: 60 });
    expect(storage.state).toBe("waiting");
    expect(describe(running)).toBe("Metadata and embeddings");
  });

  test("says that it waits for a model which did not answer", () => {
    const held = job("a", {
      status: "processing",
      stages: stages({
        chunking: stage("done", 50, 50),
        metadata: stage("running", 20, 50),
        embeddings: { ...stage("running", 30, 50), held_until: "2026-11-26T10:00:11Z" },
      }),
    });
    expect(pipelineOf(held).embeddings.detail).toBe("model not responding");
    expect(pipelineOf(held).metadata.detail).toBe("20 of 50 chunks");
    expect(describe(held)).toBe("Waiting: the embedding model does not respond");
  });

  test("ends where it failed, and what was done before stays done", () => {
    const failed = job("a", {
      status: "failed",
      stages: stages({
        chunking: stage("done", 5, 5),
        metadata: stage("failed", 2, 5),
        embeddings: stage("done", 5, 5),
      }),
    });
    const way = pipelineOf(failed);
    expect(way.metadata.state).toBe("failed");
    expect(way.embeddings.state).toBe("done");
    expect(way.storage.state).toBe("stopped");
  });

  test("a job that was cancelled in the queue never left it", () => {
    const { started_at: _, ...cancelled } = job("a", { status: "cancelled" });
    expect(pipelineOf(cancelled).queue.state).toBe("stopped");
  });

  test("says when a cancel was asked for", () => {
    const asked = job("a", { status: "processing", cancel_requested_at: "2026-11-26T10:00:11Z" });
    expect(describe(asked)).toBe("Cancelling");
  });
});

group("cells", () => {
  test("are one a place up to the most that is drawn, and full only when all is taken", () => {
    const places = fc.integer({ min: 1, max: 5_000 });
    fc.assert(
      fc.property(places, fc.nat(5_000), fc.integer({ min: 1, max: 200 }), (capacity, n, most) => {
        const taken = Math.min(n, capacity);
        const cells = cellsOf(capacity, taken, most);
        const filled = cells.filter((cell) => cell.taken).length;
        expect(cells.length).toBeLessThanOrEqual(most);
        const oneEach = cells.length === capacity && filled === taken;
        expect(oneEach || capacity > most).toBe(true);
        expect(filled === cells.length || taken < capacity).toBe(true);
        expect(filled > 0).toBe(taken > 0);
      }),
    );
  });
});

group("what went wrong", () => {
  test.each(Object.keys(refusalStatus) as RefusalCode[])("%s is told in a sentence", (code) => {
    const answer = { error: "It was refused.", code, request_id: "r" };
    expect(explain(new CallError(code, answer.error, answer))).toMatch(/^[A-Z].+/);
  });

  test.each([...new Set([...jobErrorCodes.values(), ...otherJobErrorCodes])])(
    "a job's %s comes with what to do",
    (code) => {
      expect(adviceFor({ code, retryable: true })).toMatch(/^[A-Z].+\.$/);
    },
  );

  test("a retry is offered for what failed or was cancelled, as long as its text is kept", () => {
    const submitted_at = "2026-01-01T00:00:00.000Z";
    const offered = (status: JobAnswer["status"], days: number) =>
      canRetry({ status, submitted_at }, Date.parse(submitted_at) + days * 86_400_000);
    expect([offered("failed", 57), offered("cancelled", 57)]).toEqual([true, true]);
    expect([offered("failed", 58), offered("cancelled", 58)]).toEqual([false, false]);
    expect(offered("completed", 0)).toBe(false);
  });

  test("a retry is offered where it can help", () => {
    const failed = (retryable: boolean) => {
      const error = { code: "c", message: "It failed.", stage: "chunking", retryable } as const;
      return canRetry(job("a", { status: "failed", error }), 0);
    };
    expect(failed(true)).toBe(true);
    expect(failed(false)).toBe(false);
    expect(canRetry(job("a", { status: "cancelled" }), 0)).toBe(true);
    // As jobs may be that failed before errors said whether a retry helps.
    expect(canRetry(job("a", { status: "failed" }), 0)).toBe(true);
    const others = (["queued", "processing", "completed"] as const).map((status) =>
      canRetry(job("a", { status }), 0),
    );
    expect(others).toEqual([false, false, false]);
  });

  test("a full queue tells how full, and may be tried again", () => {
    const answer = { error: "Queue full", code: "queue_full", request_id: "r", queue_size: 100 };
    const full = new CallError("queue_full", "Queue full", answer as never, 10);
    expect(explain(full)).toContain("100 waiting");
    expect(passes(full)).toBe(true);
    expect(passes(new CallError("forbidden", "no"))).toBe(false);
  });

  test("a key that is not known is told where to get one, and a token what it lacks", () => {
    const forbidden = (message: string, reason?: string) => {
      const more = reason === undefined ? {} : { reason };
      const answer = { error: message, code: "forbidden", request_id: "r", ...more } as const;
      return explain(new CallError("forbidden", message, answer));
    };
    expect(forbidden("This call needs a valid key.", "api_key")).toMatch(/keys create/);
    expect(forbidden("An older deployment gives no reason.")).toMatch(/keys create/);
    const lacks = "This token, no API key, has no claim tenant.";
    expect(forbidden(lacks, "token_claim")).toBe(lacks);
  });

  test("a wrong field is named", () => {
    const issues = [{ path: "filter.language", message: "must be a string" }];
    const answer = { error: "x", code: "invalid_request", request_id: "r", issues } as const;
    const error = new CallError("invalid_request", "x", { ...answer, issues: [...issues] });
    expect(explain(error)).toBe("filter.language must be a string");
  });
});
