import { describe, expect, test } from "vitest";
import { finishInputSchema } from "../../../../lambdas/scheduling/finish/schema.ts";

const attempt = { jobId: "01JH0000000000000000000001", attempt: 12 };
const event = (detail: Record<string, unknown>) => ({
  version: "0",
  id: "6c540000-0000-0000-0000-000000000000",
  "detail-type": "Step Functions Execution Status Change",
  source: "aws.states",
  account: "000000000000",
  time: "2026-01-01T00:00:00Z",
  region: "us-east-1",
  resources: ["arn:aws:states:us-east-1:000000000000:execution:ingest:x"],
  detail: {
    executionArn: "arn:aws:states:us-east-1:000000000000:execution:ingest:x",
    stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:ingest",
    name: `${attempt.jobId}-${attempt.attempt}`,
    startDate: 1,
    stopDate: 2,
    input: "{}",
    ...detail,
  },
});

describe("finish is told", () => {
  test.each([
    { kind: "ended" },
    { kind: "failed", failure: { error: "CircuitOpenError", cause: "{}" } },
    { kind: "cancelled" },
    { kind: "overdue" },
  ])("%j by the state machine, by cancel and by sweep", (ending) => {
    expect(finishInputSchema.parse({ ...attempt, ending })).toEqual({ attempt, ending });
  });

  test.each([
    [{ status: "SUCCEEDED" }, { kind: "ended" }],
    [{ status: "SUCCEEDED", error: null, cause: null }, { kind: "ended" }],
    [{ status: "TIMED_OUT" }, { kind: "overdue" }],
    [
      { status: "FAILED", error: "States.DataLimitExceeded", cause: "too long" },
      { kind: "failed", failure: { error: "States.DataLimitExceeded", cause: "too long" } },
    ],
    [
      { status: "FAILED", error: null },
      { kind: "failed", failure: { error: "FAILED", cause: "" } },
    ],
    [{ status: "ABORTED" }, { kind: "failed", failure: { error: "ABORTED", cause: "" } }],
  ])("%j by an execution's event", (detail, ending) => {
    expect(finishInputSchema.parse(event(detail))).toEqual({ attempt, ending });
  });

  test.each([
    ["an execution that goes on", event({ status: "RUNNING" })],
    ["an execution of another name", event({ status: "FAILED", name: "by-hand" })],
    ["another event", { ...event({ status: "FAILED" }), "detail-type": "Scheduled Event" }],
    ["no ending", attempt],
    ["an unknown ending", { ...attempt, ending: { kind: "paused" } }],
    ["a failure without a reason", { ...attempt, ending: { kind: "failed" } }],
    ["attempt 0", { ...attempt, attempt: 0, ending: { kind: "ended" } }],
    ["nothing", {}],
  ])("nothing by %s", (_, input) => {
    expect(finishInputSchema.safeParse(input).success).toBe(false);
  });
});
