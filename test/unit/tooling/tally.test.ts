import { describe, expect, test } from "vitest";
import {
  add,
  failuresOf,
  isGood,
  nothing,
  sentence,
  tallyOf,
} from "../../support/measures/tally.ts";

const report = (passed: number, failed: number, pending = 0, todo = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: todo,
  });

describe("the tally of a runner", () => {
  test("counts what its report counts", () => {
    expect(tallyOf(report(5, 2, 1, 3), false)).toEqual({ passed: 5, failed: 2, skipped: 4 });
    expect(tallyOf(report(5, 0), true)).toEqual({ passed: 5, failed: 0, skipped: 0 });
  });

  test("counts a failure when the runner left no report, or half of one", () => {
    expect(tallyOf(undefined, false).failed).toBe(1);
    expect(tallyOf(undefined, true).failed).toBe(1);
    expect(tallyOf('{"numPassedTests": 5', true).failed).toBe(1);
  });

  test("counts a failure when the runner failed without naming a test", () => {
    expect(tallyOf(report(5, 0), false)).toEqual({ passed: 5, failed: 1, skipped: 0 });
  });

  test("counts a failure when no test was run", () => {
    expect(tallyOf(report(0, 0, 4), true)).toEqual({ passed: 0, failed: 1, skipped: 4 });
  });
});

describe("what failed", () => {
  const file = (name: string, rest: object) => ({
    name,
    status: "failed",
    message: "",
    assertionResults: [],
    ...rest,
  });

  test("is named with its file and the start of its reason", () => {
    const assertionResults = [
      { fullName: "the gate opens", status: "passed", failureMessages: [] },
      { fullName: "the gate closes", status: "failed", failureMessages: ["Error: 11 run\n  at x"] },
    ];
    const text = JSON.stringify({ testResults: [file("gate.test.ts", { assertionResults })] });
    expect(failuresOf(text)).toEqual([
      "✗ gate.test.ts › the gate closes\n    Error: 11 run\n      at x",
    ]);
  });

  test("is the file where no test of it could run", () => {
    const text = JSON.stringify({ testResults: [file("gate.test.ts", { message: "no port" })] });
    expect(failuresOf(text)).toEqual(["✗ gate.test.ts › the file itself\n    no port"]);
  });

  test("is nothing without a report, or where all passed", () => {
    expect(failuresOf(undefined)).toEqual([]);
    const passed = file("gate.test.ts", { status: "passed" });
    expect(failuresOf(JSON.stringify({ testResults: [passed] }))).toEqual([]);
  });
});

test("a run of nothing is not good", () => {
  expect(isGood(nothing)).toBe(false);
  expect(isGood({ passed: 1, failed: 0, skipped: 0 })).toBe(true);
  expect(isGood({ passed: 1, failed: 1, skipped: 0 })).toBe(false);
});

test("tallies add up to the closing line", () => {
  const sum = add({ passed: 1, failed: 0, skipped: 2 }, { passed: 3, failed: 4, skipped: 0 });
  expect(sentence(sum)).toBe("4 passed, 4 failed, 2 skipped");
});
