import { expect, test } from "vitest";
import { stoppingText } from "../../../local/session.ts";

test("jobs are said to continue at the next start only if they are stopped and a next start can follow", () => {
  const next = /continue at the next start/;
  expect(stoppingText({ endless: true }, { ownEmulator: true })).toMatch(next);
  expect(stoppingText({ endless: true }, { ownEmulator: false })).not.toMatch(next);
  expect(stoppingText({ endless: false }, { ownEmulator: true })).not.toMatch(next);
});
