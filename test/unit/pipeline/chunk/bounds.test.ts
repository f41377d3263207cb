import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const monsters = fileURLToPath(new URL("./monsters.ts", import.meta.url));
const maxHeapMb = 400;
/** Ends a process that hangs; what takes too long is told by the characters that it counts. */
const hangsAfterMs = 280_000;

test("any bytes are cut within memory, in work that grows with their number, and nothing is lost", async () => {
  const seed = Date.now() % 1_000_000;
  const args = [`--max-old-space-size=${maxHeapMb}`, monsters, String(seed)];
  const run = promisify(execFile)(process.execPath, args, { timeout: hangsAfterMs });
  await expect(run, `Replay: node ${args.join(" ")}`).resolves.toMatchObject({ stderr: "" });
}, 300_000);
