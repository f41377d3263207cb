import { expect, describe as group, test } from "vitest";
import {
  failedByProvider,
  failureCount,
  failureReason,
  heldStages,
  lightOf,
} from "../../../../console/logic/jobs/failure.ts";
import { describe, pipelineOf } from "../../../../console/logic/jobs/pipeline.ts";
import type { LastFailure } from "../../../../lambdas/contract/last-failure.ts";
import { job, stage, stages } from "../jobs.ts";

const failure: LastFailure = {
  status: 401,
  code: "provider_misconfigured",
  message: "Wrong key.",
  endpoint: "api.example/v1/chat/completions",
  since: "2026-11-26T10:00:00.000Z",
  count: 12,
};

group("a provider's light", () => {
  test("is healthy only while the last call did not fail", () => {
    expect(lightOf({ state: "closed", failures: 0 })).toBe("healthy");
    expect(lightOf({ state: "closed", failures: 3 })).toBe("failing");
    // A wrong key opens no breaker.
    expect(lightOf({ state: "closed", failures: 0, last_failure: failure })).toBe("failing");
    expect(lightOf({ state: "open", failures: 10, last_failure: failure })).toBe("down");
    expect(lightOf({ state: "half-open", failures: 10 })).toBe("probing");
  });
});

group("a failure", () => {
  test("names the endpoint and the status, how often and since when", () => {
    const now = Date.parse(failure.since) + 60_000;
    expect(failureReason(failure)).toBe(
      "api.example/v1/chat/completions responded with 401: Wrong key.",
    );
    expect(failureCount(failure, now)).toMatch(/^12 failures in a row since today, /);
    expect(failureCount({ ...failure, count: 1 }, now)).toMatch(/^1 failure, today, /);
  });

  test("is not said twice where the message has the status", () => {
    const message = "The endpoint answered 401: wrong key.";
    expect(failureReason({ ...failure, message })).toBe(
      `api.example/v1/chat/completions: ${message}`,
    );
  });

  test("without a response says so, and without both leaves the word to its message", () => {
    const { status: _, ...silent } = failure;
    expect(failureReason(silent)).toContain("gave no response");
    const { endpoint: __, ...bare } = silent;
    expect(failureReason(bare)).toBe("Wrong key.");
  });

  test("is said by a job that waits, in the list and in its stage", () => {
    const held = job("a", {
      status: "processing",
      stages: stages({
        metadata: {
          ...stage("running", 2, 5),
          held_until: "2026-11-26T10:01:00.000Z",
          last_failure: { ...failure, status: 429, code: "provider_throttled" },
        },
      }),
    });
    expect(describe(held)).toBe("Waiting: the language model fails (429 provider_throttled)");
    expect(pipelineOf(held).metadata.detail).toBe("model failing: 429 provider_throttled");
    expect(heldStages(held)).toMatchObject([{ model: "language model", failure: { count: 12 } }]);
    expect(heldStages({ ...held, terminal: true })).toEqual([]);
  });

  test("is said as well before any call is held back", () => {
    const metadata = { ...stage("running", 0, 5), last_failure: failure };
    const failing = job("a", { status: "processing", stages: stages({ metadata }) });
    expect(describe(failing)).toContain("Waiting: the language model fails");
    expect(pipelineOf(failing).metadata.detail).toContain("model failing");
    expect(heldStages(failing)).toMatchObject([{ until: undefined }]);
  });
});

test("a tenant sees that the latest job failed by a provider, until a later one completes", () => {
  const at = (minute: number) => `2026-11-26T10:0${minute}:00.000Z`;
  const failed = job("a", {
    status: "failed",
    failed_at: at(5),
    error: { code: "provider_misconfigured", message: "401", stage: "metadata", retryable: true },
  });
  const completed = (minute: number) => job("b", { status: "completed", completed_at: at(minute) });
  expect(failedByProvider([completed(4), failed])?.job_id).toBe("a");
  expect(failedByProvider([failed, completed(6)])).toBeUndefined();
  const ownFault = { ...failed, error: { ...failed.error!, code: "invalid_document" } };
  expect(failedByProvider([ownFault])).toBeUndefined();
  expect(failedByProvider([])).toBeUndefined();
});
