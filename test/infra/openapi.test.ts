import { expect, test } from "vitest";
import { operations } from "../../lambdas/http/openapi/operations.ts";
import { methodsOf } from "../support/methods.ts";
import { synthesize } from "../support/template.ts";

const call = (method: string, path: string, keyed: boolean) =>
  `${method.toUpperCase()} ${path} ${keyed ? "with a key" : "for anybody"}`;

test("what is deployed and what is described are the same calls, with and without a key", () => {
  const described = operations.map(({ method, path, keyless }) => call(method, path, !keyless));
  const deployed = methodsOf(synthesize("aws"))
    // Browsers ask it before they call; the API's test says who answers it, and how.
    .filter(({ verb }) => verb !== "OPTIONS")
    .map(({ verb, path, keyed }) => call(verb, path, keyed));
  expect(deployed.toSorted()).toEqual(described.toSorted());
});
