import { describe, expect, test } from "vitest";
import { type Attempt, attemptId } from "../../../lambdas/records/jobs/attempt.ts";
import type { Workflow } from "../../../lambdas/scheduling/orchestration.ts";

/** How an execution of the tiny machine goes: by the beginning of its job's id. */
export type Course = "succeeds" | "fails" | "waits";

export interface WorkflowHarness {
  readonly workflow: Workflow;
  /** Lets an execution take its course, and returns when it has. */
  readonly settle: (attempt: Attempt) => Promise<void>;
  /** What the executions of a job were started with. */
  readonly inputsOf: (jobId: string) => Promise<unknown[]>;
}

/** What the machine fails with. */
export const failure = {
  error: "ProviderRejectedError",
  cause: '{"errorMessage":"metadata: No."}',
};

let jobs = 0;
const attemptOf = (course: Course): Attempt => ({
  jobId: `${course}${String(++jobs).padStart(5, "0")}`,
  attempt: 1,
});

export function workflowContract(name: string, open: () => Promise<WorkflowHarness>): void {
  describe(`workflow: ${name}`, () => {
    test("an execution is started once under its attempt, with nothing but that as input", async () => {
      const { workflow, inputsOf } = await open();
      const attempt = attemptOf("waits");
      // Callers hand over whole jobs: nothing else of them may get into the input.
      const job = { ...attempt, status: "queued", tenant: "acme" };
      expect(await workflow.start(job)).toBe("started");
      expect(await inputsOf(attempt.jobId)).toEqual([attempt]);
      expect(await workflow.describe(attemptId(attempt))).toEqual({ status: "running" });
      await workflow.stop(attemptId(attempt));
    });

    test("ten starts at once are one execution", async () => {
      const { workflow, inputsOf } = await open();
      const attempt = attemptOf("waits");
      const answers = await Promise.all([...Array(10).keys()].map(() => workflow.start(attempt)));
      expect(answers.filter((answer) => answer === "started").length).toBeGreaterThanOrEqual(1);
      expect(await inputsOf(attempt.jobId)).toEqual([attempt]);
      await workflow.stop(attemptId(attempt));
    });

    test("what has ended is not started again", async () => {
      const { workflow, settle, inputsOf } = await open();
      for (const attempt of [attemptOf("succeeds"), attemptOf("fails")]) {
        await workflow.start(attempt);
        await settle(attempt);
        expect(await workflow.start(attempt)).toBe("exists");
        expect(await inputsOf(attempt.jobId)).toEqual([attempt]);
      }
    });

    test("each attempt of a job has an execution of its own", async () => {
      const { workflow, settle, inputsOf } = await open();
      const first = attemptOf("fails");
      const second = { ...first, attempt: 2 };
      await workflow.start(first);
      await settle(first);
      expect(await workflow.describe(attemptId(second))).toEqual({ status: "unknown" });
      expect(await workflow.start(second)).toBe("started");
      expect((await inputsOf(first.jobId)).length).toBe(2);
      await settle(second);
    });

    test("it tells how an execution ended, and why", async () => {
      const { workflow, settle } = await open();
      const good = attemptOf("succeeds");
      const bad = attemptOf("fails");
      for (const attempt of [good, bad]) await workflow.start(attempt);
      for (const attempt of [good, bad]) await settle(attempt);
      expect(await workflow.describe(attemptId(good))).toEqual({ status: "succeeded" });
      expect(await workflow.describe(attemptId(bad))).toEqual({ status: "failed", error: failure });
    });

    test("what was never started is unknown, and may be stopped", async () => {
      const { workflow } = await open();
      const id = attemptId(attemptOf("waits"));
      expect(await workflow.describe(id)).toEqual({ status: "unknown" });
      await workflow.stop(id);
      expect(await workflow.describe(id)).toEqual({ status: "unknown" });
    });

    test("a stopped execution has failed, for a reason, and is not started again", async () => {
      const { workflow, settle } = await open();
      const attempt = attemptOf("waits");
      await workflow.start(attempt);
      await workflow.stop(attemptId(attempt));
      await settle(attempt);
      const { status, error } = await workflow.describe(attemptId(attempt));
      expect(status).toBe("failed");
      expect(error?.error).toMatch(/./);
      expect(typeof error?.cause).toBe("string");
      await workflow.stop(attemptId(attempt));
      expect(await workflow.start(attempt)).toBe("exists");
    });

    test("stopping what has ended changes nothing", async () => {
      const { workflow, settle } = await open();
      const attempt = attemptOf("succeeds");
      await workflow.start(attempt);
      await settle(attempt);
      await workflow.stop(attemptId(attempt));
      expect(await workflow.describe(attemptId(attempt))).toEqual({ status: "succeeded" });
    });
  });
}
