import { describe, expect, test } from "vitest";
import * as modelErrors from "../../lambdas/models/errors.ts";
import * as chunkErrors from "../../lambdas/pipeline/chunk/errors.ts";
import * as extractErrors from "../../lambdas/pipeline/extract/errors.ts";
import * as tableErrors from "../../lambdas/platform/dynamodb/table-throttled.ts";
import { SluiceError, type Treatment } from "../../lambdas/platform/tasks/task-error.ts";
import * as storeErrors from "../../lambdas/records/documents/store-conflict.ts";
import * as jobErrors from "../../lambdas/records/jobs/errors.ts";
import { storeTimeoutSeconds } from "../../lambdas/vectors/limits.ts";
import { machineFor, retrierOf, stateOf, tasksOf } from "../support/state-machine/state-machine.ts";

const machine = machineFor();
const working = [...tasksOf(machine)].filter(([name]) => !name.startsWith("Finish"));

const { reviveError: _, ExtractError: __, ...unreadable } = extractErrors;
const exported = {
  ...modelErrors,
  ...chunkErrors,
  ...unreadable,
  ...storeErrors,
  ...jobErrors,
  ...tableErrors,
};

/** All errors that tasks throw, by name. */
const errors = new Map<string, Treatment>(
  Object.values(exported).flatMap((value) => {
    if (typeof value !== "function" || !(value.prototype instanceof SluiceError)) return [];
    const { name, treatment } = new (value as new (message: string) => SluiceError)("");
    return [[name, treatment] as const];
  }),
);
/** Only the step that reads the file can find it unreadable. */
const isOfExtract = (error: string) => error in unreadable;
const treated = (as: Treatment) =>
  [...errors].filter(([, treatment]) => treatment === as).map(([name]) => name);

/** Which of them a step can throw: what its code and its ports say with `@throws`. */
const providers = ["ProviderThrottledError", "ProviderTimeoutError", "ProviderUnavailableError"];
const waits = ["CircuitOpenError", "CapacityUnavailableError", "BatchUnfinishedError"];
const thrownBy: Readonly<Record<string, readonly string[]>> = {
  Extract: ["TableThrottledError"],
  Chunk: ["TableThrottledError"],
  Metadata: [...providers, ...waits, "TableThrottledError"],
  Embed: [...providers, ...waits, "TableThrottledError"],
  Store: ["StoreConflictError", "TableThrottledError"],
};

const platform = [
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.Unknown",
  "Runtime.ExitError",
  "Sandbox.Timedout",
  "States.Timeout",
];
/** Not told is whether the function runs on. */
const lostConnections = ["Lambda.SdkClientException", "Lambda.ClientExecutionTimeoutException"];

test("every name of ours in the definition is an exported error", () => {
  const named = [...tasksOf(machine).values()].flatMap(({ Retry, Catch }) =>
    [...(Retry ?? []), ...(Catch ?? [])].flatMap(({ ErrorEquals }) => ErrorEquals),
  );
  const ours = named.filter((name) => !/^(States|Lambda|Runtime|Sandbox)\./.test(name));
  expect(ours.filter((name) => !errors.has(name))).toEqual([]);
  expect(ours.length).toBeGreaterThan(0);
});

test("every error that is to be retried or waited for is thrown by some task", () => {
  expect(new Set(Object.values(thrownBy).flat())).toEqual(
    new Set([...treated("retry"), ...treated("wait")]),
  );
});

describe.each(working)("%s", (name, state) => {
  test("retries and waits out, each by its own name, what it can meet", () => {
    for (const error of thrownBy[name] ?? []) {
      const retrier = retrierOf(state, error);
      expect(retrier?.ErrorEquals).toContain(error);
      expect(retrier?.MaxAttempts).toBeGreaterThan(0);
    }
  });

  test("never retries what another try cannot cure", () => {
    const retried = treated("give-up")
      .filter((error) => name === "Extract" || !isOfExtract(error))
      .filter((error) => retrierOf(state, error)?.MaxAttempts !== 0);
    expect(retried).toEqual([]);
  });

  test("retries failures of the platform ten times, apart from all others", () => {
    const names = name === "Store" ? platform : [...platform, ...lostConnections];
    const retriers = new Set(names.map((error) => retrierOf(state, error)));
    expect(retriers.size).toBe(1);
    const [retrier] = retriers;
    expect(retrier?.MaxAttempts).toBe(10);
    expect(new Set(retrier?.ErrorEquals)).toEqual(new Set(names));
  });

  // A function in a VPC loses its network when it is not called for weeks, and gets it back in a minute.
  const network = [
    "Lambda.ResourceNotReadyException",
    "Lambda.ENINotReadyException",
    "Lambda.ENILimitReachedException",
    "Lambda.SubnetIPAddressLimitReachedException",
    "Lambda.EC2ThrottledException",
  ];
  test.each(["Lambda.TooManyRequestsException", "TableThrottledError", ...network])(
    "waits twenty minutes for an account, a table or a network that can take no more: %s",
    (error) => {
      expect(retrierOf(state, error)).toMatchObject({
        IntervalSeconds: 5,
        MaxAttempts: 240,
        BackoffRate: 1,
      });
    },
  );

  test("retries what nobody has foreseen a few times", () => {
    expect(retrierOf(state, "SomethingUnforeseenException")).toEqual({
      ErrorEquals: ["States.ALL"],
      IntervalSeconds: 2,
      MaxAttempts: 3,
      BackoffRate: 2,
    });
  });
});

test("Store is not begun again while a run that nobody hears of may still go on", () => {
  const store = stateOf(machine, "Store");
  for (const lost of lostConnections) {
    const { IntervalSeconds, MaxAttempts } = retrierOf(store, lost) ?? {};
    expect(IntervalSeconds).toBeGreaterThan(storeTimeoutSeconds);
    expect(MaxAttempts).toBe(3);
  }
});

test.each(["Metadata", "Embed"])("%s asks a provider again after 1, 2 and 4 s", (name) => {
  for (const error of providers) {
    expect(retrierOf(stateOf(machine, name), error)).toMatchObject({
      IntervalSeconds: 1,
      BackoffRate: 2,
      MaxAttempts: 3,
    });
  }
});

test("waiting keeps its pace: each wait is as long as the one before", () => {
  const rates = working.flatMap(([name, state]) =>
    (thrownBy[name] ?? [])
      .filter((error) => !providers.includes(error))
      .map((error) => retrierOf(state, error)?.BackoffRate),
  );
  expect(rates).toEqual(Array.from({ length: 12 }, () => 1));
});

test.each(["Extract", "Chunk", "DescribeAndEmbed", "Store"])(
  "%s hands any error to FinishFailed",
  (name) => {
    expect(stateOf(machine, name).Catch).toEqual([
      { ErrorEquals: ["States.ALL"], ResultPath: "$.failure", Next: "FinishFailed" },
    ]);
  },
);

test.each(["Finish", "FinishFailed"])("%s is tried again whatever went wrong", (name) => {
  expect(retrierOf(stateOf(machine, name), "Anything")?.MaxAttempts).toBe(10);
});
