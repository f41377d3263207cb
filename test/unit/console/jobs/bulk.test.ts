import { expect, test } from "vitest";
import { CallError } from "../../../../console/logic/api.ts";
import { forEach, outcomeText } from "../../../../console/state/bulk.ts";
import { allFailed } from "../../../../console/state/failed-jobs.ts";
import { job } from "../jobs.ts";

test("one refusal does not keep the others from being done, and its reason is given once", async () => {
  const outcome = await forEach([1, 2, 3, 4, 5], (n) =>
    n % 2 === 0
      ? Promise.reject(new CallError("already_terminal", "It has ended."))
      : Promise.resolve(),
  );
  expect(outcome).toEqual({ done: 3, of: 5, reasons: ["The job has already ended."] });
  expect(outcomeText(outcome, "job", "cancelled")).toBe(
    "3 of 5 jobs cancelled. The job has already ended.",
  );
  expect(outcomeText({ done: 1, of: 1, reasons: [] }, "job", "retried")).toBe("1 job retried.");
});

test("a full queue ends the rest, because every further call would be refused as well", async () => {
  const called: number[] = [];
  const outcome = await forEach(
    Array.from({ length: 50 }, (_, n) => n),
    (n) => {
      called.push(n);
      return Promise.reject(new CallError("queue_full", "Queue full"));
    },
  );
  expect(called.length).toBeLessThanOrEqual(3);
  expect(outcome.of).toBe(50);
  expect(outcome.reasons).toHaveLength(1);
});

test("all failed jobs are found, page by page, without those that a retry cannot help", async () => {
  const now = Date.parse("2026-11-26T12:00:00.000Z");
  const failed = (id: string, retryable = true) =>
    job(id, {
      status: "failed",
      error: { code: "internal_error", message: "x", stage: "metadata", retryable },
    });
  const asked: (string | undefined)[] = [];
  const found = await allFailed(
    {
      jobs: ({ cursor, status }) => {
        asked.push(cursor);
        expect(status).toBe("failed");
        return Promise.resolve(
          cursor === undefined
            ? { jobs: [failed("a"), failed("b", false)], next_cursor: "2" }
            : { jobs: [failed("c")] },
        );
      },
    },
    now,
  );
  expect(asked).toEqual([undefined, "2"]);
  expect(found.map(({ job_id }) => job_id)).toEqual(["a", "c"]);
});
