import { expect, test } from "vitest";
import { nearestName } from "../../../lambdas/contract/nearest-name.ts";

const known = ["document_id", "limit", "month", "cursor", "wait_seconds"];

test.each([
  ["mnth", "month"],
  ["documentId", "document_id"],
  ["document-id", "document_id"],
  ["lmiit", "limit"],
  ["Cursor", "cursor"],
  ["wait_second", "wait_seconds"],
])("%s means %s", (given, meant) => {
  expect(nearestName(given, known)).toBe(meant);
});

test.each(["page", "x", "", "tenant", "m".repeat(100_000)])("%s means nothing known", (given) => {
  expect(nearestName(given, known)).toBeUndefined();
});
