import { expect, test } from "vitest";
import {
  BatchUnfinishedError,
  CircuitOpenError,
  ProviderMisconfiguredError,
  ProviderUnavailableError,
} from "../../../../lambdas/models/errors.ts";
import { Failures } from "../../../../lambdas/models/gateway/failures.ts";

const bySeverity = [
  new ProviderMisconfiguredError("a wrong key"),
  new CircuitOpenError("open"),
  new ProviderUnavailableError("down"),
  new BatchUnfinishedError("no time"),
];

test.each([
  ["the most severe first", bySeverity],
  ["the most severe last", bySeverity.toReversed()],
])("of several failures the most severe is thrown: %s", (_, order) => {
  for (let most = 0; most < bySeverity.length; most++) {
    const failures = new Failures();
    const left = bySeverity.slice(most);
    for (const error of order.filter((one) => left.includes(one))) failures.add(error);
    expect(() => failures.throwIfAny()).toThrow(bySeverity[most]);
  }
});
