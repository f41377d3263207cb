import { describe, expect, test } from "vitest";
import type { AttemptTotals } from "../../../lambdas/accounting/attempt-totals.ts";
import type { Ledger } from "../../../lambdas/accounting/ledger.ts";
import type { TallyStore } from "../../../lambdas/accounting/metrics.ts";
import { sample } from "../../../lambdas/contract/calls/metrics.ts";
import type { JobStore } from "../../../lambdas/records/jobs/job-store.ts";
import type { QueueWatch } from "../../../lambdas/scheduling/queue/queue-watch.ts";
import { jobIdOf, submissionOf } from "../../support/submissions.ts";

export interface Accounts {
  readonly jobs: JobStore;
  readonly tallies: TallyStore;
  readonly ledger: Ledger;
  readonly watch: QueueWatch;
}

/** `open` answers a maker of instances that share one new table. */
export function accountsContract(name: string, open: () => Promise<() => Accounts>): void {
  const account: AttemptTotals = {
    tallies: { "JobsEnded|outcome=failed": 1, "QueueWait|sum": 2.5 },
    tenant: "acme",
    month: "2026-11",
    ledger: { failed: 1, promptTokens: 300, estimatedCostUsd: 0.000_045 },
  };
  const ended = async (jobs: JobStore, number: number) => {
    const attempt = { jobId: jobIdOf(number), attempt: 1 };
    await jobs.create(submissionOf({ jobId: attempt.jobId }));
    const error = { code: "step_failed", message: "No.", stage: "chunking", retryable: true };
    const failedAt = "2026-11-05T00:00:00.000Z";
    await jobs.finish(attempt, {
      status: "failed",
      failedAt,
      error: { ...error, stage: "chunking" },
    });
    return attempt;
  };

  describe(`accounts: ${name}`, () => {
    test("an end that is announced by ten at once counts once", async () => {
      const instance = await open();
      const attempt = await ended(instance().jobs, 1);
      const answers = await Promise.all(
        Array.from({ length: 10 }, () => instance().jobs.markAnnounced(attempt, account)),
      );
      expect(answers.filter((answer) => answer === "announced")).toHaveLength(1);
      expect(await instance().jobs.markAnnounced(attempt, account)).toBe("refused");
      expect(await instance().tallies.read()).toEqual(account.tallies);
      expect(await instance().ledger.read("acme", "2026-11")).toEqual(account.ledger);
      expect((await instance().jobs.read(attempt.jobId))?.announced).toBe(true);
    });

    test("an attempt that has not ended, or is followed by another, counts for nothing", async () => {
      const { jobs, tallies } = (await open())();
      const submission = submissionOf({ jobId: jobIdOf(1) });
      await jobs.create(submission);
      expect(await jobs.markAnnounced({ ...submission, attempt: 1 }, account)).toBe("refused");
      const attempt = await ended(jobs, 2);
      await jobs.markAnnounced(attempt);
      await jobs.intendRetry(attempt, "2026-11-05T00:01:00.000Z");
      await jobs.requeue(attempt);
      expect(await jobs.markAnnounced(attempt, account)).toBe("refused");
      expect(await tallies.read()).toEqual({});
    });

    test("the ends of twenty jobs at once all count, and each changes its job", async () => {
      const instance = await open();
      const attempts = await Promise.all(
        Array.from({ length: 20 }, (_, i) => ended(instance().jobs, i)),
      );
      await Promise.all(attempts.map((one) => instance().jobs.markAnnounced(one, account)));
      expect(await instance().tallies.read()).toEqual({
        "JobsEnded|outcome=failed": 20,
        "QueueWait|sum": 50,
      });
      const { failed, promptTokens } = await instance().ledger.read("acme", "2026-11");
      expect([failed, promptTokens]).toEqual([20, 6_000]);
    });

    test("what no attempt owns is added beside it, by fifty at once", async () => {
      const instance = await open();
      const attempt = await ended(instance().jobs, 1);
      await Promise.all([
        instance().jobs.markAnnounced(attempt, account),
        ...Array.from({ length: 50 }, () =>
          instance().tallies.add([
            sample("JobsAdmitted", 1),
            sample("SweepRepairs", 2),
            sample("QueueSize", 7),
          ]),
        ),
      ]);
      expect(await instance().tallies.read()).toEqual({
        ...account.tallies,
        JobsAdmitted: 50,
        SweepRepairs: 100,
      });
    });

    test("each tenant and month has a ledger of its own", async () => {
      const { jobs, ledger } = (await open())();
      const other = { ...account, tenant: "bravo", month: "2026-12", ledger: { completed: 1 } };
      await jobs.markAnnounced(await ended(jobs, 1), account);
      await jobs.markAnnounced(await ended(jobs, 2), other);
      expect(await ledger.read("acme", "2026-11")).toEqual(account.ledger);
      expect(await ledger.read("bravo", "2026-12")).toEqual({ completed: 1 });
      expect(await ledger.read("acme", "2026-12")).toEqual({});
    });

    test("the queue's last observation is the one that was kept last", async () => {
      const { watch } = (await open())();
      expect(await watch.last()).toBeUndefined();
      await watch.keep({ mark: "a", sinceMs: 1, oldestQueuedAtMs: 2 });
      await watch.keep({ mark: "b", sinceMs: 3 });
      expect(await watch.last()).toEqual({ mark: "b", sinceMs: 3 });
    });

    test("usage is summed by attempt, or over all", async () => {
      const { jobs } = (await open())();
      const jobId = jobIdOf(1);
      await jobs.recordUsage({ jobId, attempt: 1 }, "a", { llmCalls: 2, throttledRetries: 1 });
      await jobs.recordUsage({ jobId, attempt: 1 }, "b", { llmCalls: 3 });
      await jobs.recordUsage({ jobId, attempt: 10 }, "a", { llmCalls: 5 });
      expect(await jobs.usage(jobId, 1)).toMatchObject({ llmCalls: 5, throttledRetries: 1 });
      expect(await jobs.usage(jobId, 10)).toMatchObject({ llmCalls: 5, throttledRetries: 0 });
      expect(await jobs.usage(jobId)).toMatchObject({ llmCalls: 10, throttledRetries: 1 });
    });
  });
}
