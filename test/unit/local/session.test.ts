import { expect, test } from "vitest";
import { stoppingText } from "../../../local/session.ts";

test("jobs are said to go on at the next start only where they are stopped, and there is a next", () => {
  const next = /go on at the next start/;
  expect(stoppingText({ endless: true }, { ownEmulator: true })).toMatch(next);
  expect(stoppingText({ endless: true }, { ownEmulator: false })).not.toMatch(next);
  expect(stoppingText({ endless: false }, { ownEmulator: true })).not.toMatch(next);
});
