/** What a test run came to, counted from the reports of its runners. */

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The part of vitest's JSON report that counts. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults?: readonly FileReport[];
}

interface FileReport {
  readonly name: string;
  readonly status: string;
  /** Why the file itself failed, where no test of it did. */
  readonly message: string;
  readonly assertionResults: readonly {
    readonly fullName: string;
    readonly status: string;
    readonly failureMessages?: readonly string[] | null;
  }[];
}

export const nothing: Tally = { passed: 0, failed: 0, skipped: 0 };

/**
 * The tally of one runner. A runner that crashed, left no report, failed
 * without naming a test (a file that cannot be loaded, an error outside any
 * test) or ran no test at all counts as one failure: silence is not success.
 */
export function tallyOf(report: string | undefined, succeeded: boolean): Tally {
  const counts = report === undefined ? undefined : parse(report);
  if (counts === undefined) return { ...nothing, failed: 1 };
  const tally = {
    passed: counts.numPassedTests,
    failed: counts.numFailedTests,
    skipped: counts.numPendingTests + counts.numTodoTests,
  };
  const unexplained = tally.failed === 0 && (!succeeded || tally.passed === 0);
  return unexplained ? { ...tally, failed: 1 } : tally;
}

/**
 * Each failed test of a runner with its file and the first lines of its
 * reason, so that the end of a long output names what its last line counts.
 */
export function failuresOf(report: string | undefined): string[] {
  const files = (report === undefined ? undefined : parse(report))?.testResults ?? [];
  return files.flatMap(({ name, status, message, assertionResults }) => {
    const failed = assertionResults.filter((test) => test.status === "failed");
    if (failed.length > 0) {
      return failed.map((test) => failure(name, test.fullName, test.failureMessages?.[0]));
    }
    return status === "failed" ? [failure(name, "the file itself", message)] : [];
  });
}

const reasonLines = 6;

function failure(file: string, test: string, reason = "no reason given"): string {
  const lines = reason.trim().split("\n").slice(0, reasonLines);
  return [`✗ ${file} › ${test}`, ...lines.map((line) => `    ${line}`)].join("\n");
}

function parse(report: string): Report | undefined {
  try {
    return JSON.parse(report) as Report;
  } catch {
    return undefined; // cut off: the runner died while writing it
  }
}

export function add(a: Tally, b: Tally): Tally {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
  };
}

export function sentence({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** A run is good when tests were run and none failed. */
export function isGood(tally: Tally): boolean {
  return tally.failed === 0 && tally.passed > 0;
}
