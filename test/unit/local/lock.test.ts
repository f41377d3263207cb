import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { holderOf, takeLock } from "../../../local/lock.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-lock-"));
  file = join(folder, "deep", "pid");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A living process that looks like a run of ours. */
function otherRun(): { pid: number; end: () => void } {
  mkdirSync(join(folder, "local"));
  const script = join(folder, "local", "start.ts");
  writeFileSync(script, "setInterval(() => {}, 1000)");
  const child = spawn(process.execPath, [script]);
  return { pid: child.pid!, end: () => child.kill("SIGKILL") };
}

test("a free lock is taken, names its holder, and is free again when given back", () => {
  const lock = takeLock(file);
  expect(lock).toHaveProperty("release");
  if ("release" in lock) lock.release();
  expect(holderOf(file)).toBeUndefined();
  expect(takeLock(file)).toHaveProperty("release");
});

test("a lock that a living run holds is refused, with the run's process id", () => {
  const other = otherRun();
  mkdirSync(join(folder, "deep"));
  writeFileSync(file, `${other.pid}\n`);
  expect(takeLock(file)).toEqual({ heldBy: other.pid });
  expect(holderOf(file)).toBe(other.pid);
  other.end();
});

const stale: readonly (readonly [whose: string, content: () => string])[] = [
  ["of a process that is gone", () => String(spawnSync(process.execPath, ["-e", ""]).pid)],
  ["of another program that has got the number", () => String(process.ppid)],
  ["that is empty, as a crash leaves it", () => ""],
  ["of a nonsensical number", () => "-1"],
];
test.for(stale)("a lock %s is taken over", ([, content]) => {
  mkdirSync(join(folder, "deep"));
  writeFileSync(file, content());
  expect(takeLock(file)).toHaveProperty("release");
});
