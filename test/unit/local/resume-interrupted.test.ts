import { afterEach, describe, expect, test } from "vitest";
import type { JobQuery } from "../../../cli/client.ts";
import { ApiError, UnreachableError } from "../../../cli/errors.ts";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import {
  resumeInterrupted,
  resumeReportText,
  sweepOnce,
  unknownJobsText,
} from "../../../local/resume-interrupted.ts";
import {
  accepted,
  jobAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";

const failed = (job_id: string, message: string): JobAnswer =>
  jobAnswer({
    job_id,
    status: "failed",
    terminal: true,
    error: { code: "step_failed", message, stage: "metadata", retryable: true },
  });
const restart = "States.ServiceRestart: Execution was running when service restarted";

/** Newest first, two on a page; nothing is there before the sweep has run. */
function stopped(jobs: readonly JobAnswer[], refusals: Readonly<Record<string, Error>> = {}) {
  let swept = false;
  const resumed: string[] = [];
  const left = () => (swept ? jobs.filter(({ job_id }) => !resumed.includes(job_id)) : []);
  return {
    resumed,
    sweep: async () => {
      swept = true;
    },
    scheduledSweep: async () => {
      throw new Error("It need not be waited for.");
    },
    client: {
      jobs: async ({ status, cursor = "0" }: JobQuery = {}) => {
        expect(status).toBe("failed");
        const next = Number(cursor) + 2;
        return {
          jobs: left().slice(Number(cursor), next),
          ...(next < left().length ? { next_cursor: String(next) } : {}),
        };
      },
      retry: async (id: string) => {
        if (refusals[id] !== undefined) throw refusals[id];
        resumed.push(id);
        return { ...accepted, job_id: id };
      },
    },
  };
}

test("the jobs that ended with the emulator are swept and resumed, the oldest first, and no other", async () => {
  const ports = stopped([
    failed("5", restart),
    failed("4", "The provider answered 500."),
    failed("3", restart),
    failed("2", "It ran too long."),
    failed("1", restart),
  ]);
  const report = await resumeInterrupted(ports);
  expect(ports.resumed).toEqual(["1", "3", "5"]);
  expect(resumeReportText(report)).toEqual([
    "3 jobs that were running when Sluice was stopped continue.",
  ]);
});

const full = new ApiError(503, {
  error: "Queue full",
  code: "queue_full",
  request_id: "r",
  queue_size: 100,
});
const spent = new ApiError(409, {
  error: "Its text is kept no longer; ingest the document again.",
  code: "not_retryable",
  request_id: "r",
});
const away = new UnreachableError("https://api.example/v1", undefined);

test("a job that cannot be resumed does not stop the others, and its message says what to do", async () => {
  const jobs = ["4", "3", "2", "1"].map((id) => failed(id, restart));
  const ports = stopped(jobs, { "1": full, "2": spent, "3": away });
  expect(resumeReportText(await resumeInterrupted(ports))).toEqual([
    "1 job that was running when Sluice was stopped continues.",
    "Job 1 cannot continue: The queue is full: 100 jobs wait (503 queue_full).",
    "  Resume it with: npm run sluice -- retry 1",
    "Job 2 cannot continue: Its text is kept no longer; ingest the document again (409 not_retryable).",
    "Job 3 cannot continue: https://api.example/v1 cannot be reached.",
  ]);
});

test("if interrupted jobs cannot be found, the message says how to list them", () => {
  expect(unknownJobsText(full)).toEqual([
    "Sluice could not check for interrupted jobs: The queue is full: 100 jobs wait (503 queue_full).",
    "  List failed jobs, and retry them, with: npm run sluice -- jobs --status failed",
  ]);
});

test("when nothing ran, nothing is said", async () => {
  expect(resumeReportText(await resumeInterrupted(stopped([])))).toEqual([]);
});

describe("when the sweep fails", () => {
  const sweep = () => Promise.reject(new Error("The sweep failed."));

  test("the one of the schedule is awaited, and the jobs it ended are resumed", async () => {
    const ports = stopped([failed("2", restart), failed("1", restart)]);
    const report = await resumeInterrupted({ ...ports, sweep, scheduledSweep: ports.sweep });
    expect(ports.resumed).toEqual(["1", "2"]);
    expect(report.resumed).toBe(2);
  });

  test("and the scheduled sweep ends nothing either, the failure is reported", async () => {
    const ports = stopped([failed("1", restart)]);
    const going = resumeInterrupted({ ...ports, sweep, scheduledSweep: async () => {} });
    await expect(going).rejects.toThrow("The sweep failed.");
  });
});

describe("the deployed sweep", () => {
  let lambda: ScriptedApi | undefined;
  afterEach(() => lambda?.close());

  async function invoked(headers: Readonly<Record<string, string>>, answer: object) {
    lambda = await scriptedApi(({ method }) => {
      const sweep = { FunctionName: "the-sweep", Description: "Sluice: the step sweep" };
      if (method === "GET") return { status: 200, body: { Functions: [sweep] } };
      return { status: 200, headers, body: answer };
    });
    const credentials = { accessKeyId: "a", secretAccessKey: "s" };
    await sweepOnce({ endpoint: lambda.url, region: "us-east-1", credentials });
  }

  test("is invoked", async () => {
    await invoked({}, {});
    expect(lambda?.asked.at(-1)?.url).toContain("the-sweep/invocations");
  });

  test("that fails, which Lambda reports with 200, is an error", async () => {
    const failing = invoked(
      { "x-amz-function-error": "Unhandled" },
      { errorMessage: "No table is there." },
    );
    await expect(failing).rejects.toThrow(/Unhandled.*No table is there\./);
  });
});
