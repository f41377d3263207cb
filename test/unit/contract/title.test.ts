import { expect, test } from "vitest";
import { titleOf } from "../../../lambdas/contract/title.ts";

test("a title is a name without its extension", () => {
  expect(titleOf("Quarterly report.v2.md")).toBe("Quarterly report.v2");
  expect(titleOf(".md")).toBe(".md");
});
