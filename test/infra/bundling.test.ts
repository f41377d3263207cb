import { globSync } from "node:fs";
import { dirname, relative } from "node:path";
import { expect, test } from "vitest";
import { functions, stepNames } from "../../lambdas/functions.ts";

test("every folder with a handler is a step, and every step has a handler", () => {
  const folders = globSync("lambdas/**/handler.ts").map((file) =>
    relative("lambdas", dirname(file)),
  );
  expect(folders.toSorted((a, b) => a.localeCompare(b))).toEqual(
    stepNames.map((step) => functions[step].folder).toSorted((a, b) => a.localeCompare(b)),
  );
});
