import { expect, test } from "vitest";
import { endedAttemptsOf, maxEndedAttempts } from "../../../lambdas/records/jobs/ended-attempts.ts";
import type { EndedAttempt } from "../../../lambdas/records/jobs/job.ts";
import { submissionOf } from "../../support/submissions.ts";

const at = "2026-01-01T00:00:09.000Z";
const error = {
  code: "circuit_open",
  message: "Down.",
  stage: "metadata",
  retryable: true,
} as const;
const record = {
  ...submissionOf({ jobId: "01JH" }),
  fingerprint: "",
  metadataDone: new Set<number>(),
  embeddingsDone: new Set<number>(),
  publishing: false,
  announced: true,
  version: 4,
};

test("the attempt that ended last joins those before it, with its error", () => {
  const before: EndedAttempt[] = [{ attempt: 1, status: "cancelled", endedAt: at }];
  const failed = {
    ...record,
    attempt: 2,
    status: "failed",
    startedAt: at,
    failedAt: at,
    error,
    endedAttempts: before,
  } as const;
  expect(endedAttemptsOf(failed)).toEqual([
    ...before,
    { attempt: 2, status: "failed", startedAt: at, endedAt: at, error },
  ]);
});

test("only the latest attempts are kept, however often a job is retried", () => {
  let endedAttempts: readonly EndedAttempt[] = [];
  for (let attempt = 1; attempt <= 50; attempt += 1) {
    const cancelled = { ...record, attempt, status: "cancelled", cancelledAt: at } as const;
    endedAttempts = endedAttemptsOf({ ...cancelled, endedAttempts });
  }
  expect(endedAttempts).toHaveLength(maxEndedAttempts);
  expect(endedAttempts.at(-1)?.attempt).toBe(50);
});
