/**
 * `npm run bench:formats -- --large`: time and peak memory of the largest documents that are to be
 * expected, each in a process of its own: made, read and cut as a job does.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { type Measured, samples } from "./samples.ts";

const one = join(import.meta.dirname, "large-one.ts");

export function measureLarge(): void {
  console.log("\n| Document | Size | Read | Peak memory | Cut | Outcome |");
  console.log("| - | -: | -: | -: | -: | - |");
  for (const name of Object.keys(samples)) {
    const { stdout, stderr, status } = spawnSync(process.execPath, [one, name], {
      encoding: "utf8",
      maxBuffer: 2 ** 24,
    });
    if (status !== 0) throw new Error(`${name} ended with status ${status}: ${stderr}`);
    const { sizeBytes, readMs, peakBytes, cutMs, outcome } = JSON.parse(stdout) as Measured;
    const cells = [
      name,
      megabytes(sizeBytes),
      seconds(readMs),
      megabytes(peakBytes),
      cutMs === undefined ? "–" : seconds(cutMs),
      outcome,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MB`;
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
