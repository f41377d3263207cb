/** Time, memory and requests beside many chunks, on an S3 that counts and answers as late as AWS's. */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../../../lambdas/platform/environment.ts";
import { lancedbEnvironment } from "../../../lambdas/vectors/lancedb/native-files.ts";
import type { OperationResult } from "./operation.ts";

const run = promisify(execFile);
const s3LatencyMs = 20;
const s3MegabytesPerSecond = 75;
/** us-east-1, November 2026, in US dollars. */
const prices = { read: 0.4e-6, write: 5e-6, gigabyteSecond: 16.6667e-6 };
const searchMemoryGb = 1;

interface Counts {
  readonly reads: number;
  readonly writes: number;
  readonly lists: number;
  readonly bytesRead: number;
}

const median = (of: readonly number[]) => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0;

export async function measureScale(chunks: number, dimensions: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "bench-s3-"));
  const s3 = fork(join(import.meta.dirname, "counting-s3.ts"), [folder]);
  try {
    const port = await new Promise<number>((resolve) => {
      s3.once("message", (of) => resolve(Number(of)));
    });
    await measure(`http://127.0.0.1:${port}`, chunks, dimensions);
  } finally {
    await ended(s3);
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill();
  });
}

async function measure(endpoint: string, chunks: number, dimensions: number): Promise<void> {
  const operate = async (operation: string, given: object, slow = true) => {
    const [ms, mbps] = slow ? [s3LatencyMs, s3MegabytesPerSecond] : [0, 0];
    await fetch(`${endpoint}/-/latency?ms=${ms}&mbps=${mbps}`, { method: "PUT" });
    await fetch(`${endpoint}/-/counts`);
    const { stdout } = await run(
      process.execPath,
      [
        join(import.meta.dirname, "operation.ts"),
        endpoint,
        operation,
        JSON.stringify({ dimensions, ...given }),
      ],
      { env: { ...environment, ...lancedbEnvironment }, maxBuffer: 64 * 1_024 ** 2 },
    );
    const counts = (await (await fetch(`${endpoint}/-/counts`)).json()) as Counts;
    return { ...(JSON.parse(stdout) as OperationResult), counts };
  };
  type Operated = Awaited<ReturnType<typeof operate>>;
  const rows: string[][] = [];
  /** The first of its process opens the table; the others find it open. */
  const row = (name: string, { ms, cpuMs, rssMb, counts }: Operated, note = "") => {
    const times = ms.length;
    const warm = times > 1 ? `${median(ms.slice(1)).toFixed(0)} ms` : "";
    rows.push([
      name,
      `${(ms[0] ?? 0).toFixed(0)} ms`,
      warm,
      `${(cpuMs / times).toFixed(0)} ms`,
      `${rssMb.toFixed(0)} MB`,
      ((counts.reads + counts.lists) / times).toFixed(1),
      (counts.writes / times).toFixed(1),
      `${(counts.bytesRead / times / 1e6).toFixed(1)} MB`,
      note,
    ]);
  };

  await operate("publish", { tenant: "small", times: 4, chunks: 50 }, false);
  row(
    "first publish of a tenant, 50 chunks",
    await operate("publish", { tenant: "new", times: 1 }),
  );
  row(
    "hybrid search, tenant of 200 chunks",
    await operate("search", { tenant: "small", times: 20 }),
  );
  await operate("publish", { tenant: "large", times: chunks / 5_000, chunks: 5_000 }, false);
  row("maintain, all of it new", await operate("maintain", { times: 1 }));
  const hybrid = await operate("search", { tenant: "large", times: 20 });
  row("hybrid search", hybrid);
  const exact = await operate("search-vector", { tenant: "large", times: 40, exact: true }, false);
  const byVector = await operate("search-vector", { tenant: "large", times: 40 });
  const recall = byVector.found.map((found, i) => {
    const right = new Set(exact.found[i]);
    return found.filter((hit) => right.has(hit)).length / Math.max(1, right.size);
  });
  const mean = recall.reduce((sum, of) => sum + of, 0) / recall.length;
  row("vector search", byVector, `recall@10 ${mean.toFixed(3)}`);
  row("publish, 50 chunks", await operate("publish", { tenant: "large", times: 5, seed: 5e8 }));
  row("the same again", await operate("publish", { tenant: "large", times: 5, seed: 5e8 }));
  row("maintain, nothing to do", await operate("maintain", { times: 1 }));

  console.log(
    `\n## ${chunks.toLocaleString("en")} chunks × ${dimensions}, S3 at ${s3LatencyMs} ms and ${s3MegabytesPerSecond} MB/s\n`,
  );
  const head = ["", "cold", "warm", "CPU", "memory", "reads", "writes", "read", ""];
  console.log(`| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}`);
  for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
  const seconds = median(hybrid.ms.slice(1)) / 1_000;
  const reads = (hybrid.counts.reads + hybrid.counts.lists) / hybrid.ms.length;
  const cost = 1_000 * (reads * prices.read + seconds * searchMemoryGb * prices.gigabyteSecond);
  console.log(`\n1,000 hybrid searches: $${cost.toFixed(4)} (requests to S3 and GB-s).`);
}
