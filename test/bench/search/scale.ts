/** Time, memory and requests beside many chunks, on an S3 that counts and answers as late as AWS's. */
import { type ChildProcess, execFile, fork } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { environment } from "../../../lambdas/platform/environment.ts";
import { lancedbEnvironment } from "../../../lambdas/vectors/lancedb/native-files.ts";
import type { OperationResult } from "./operation.ts";
import type { Requests } from "./requests.ts";

const run = promisify(execFile);
const s3LatencyMs = 20;
const s3MegabytesPerSecond = 75;
/** us-east-1, November 2026, in US dollars. */
const prices = { read: 0.4e-6, write: 5e-6, gigabyteSecond: 16.6667e-6 };
const searchMemoryGb = 1;

export interface Scale {
  readonly chunks: number;
  readonly dimensions: number;
  /** Keeps the bucket there, and measures beside what it holds. @default made anew and removed */
  readonly data?: string | undefined;
  /** Whether each request of a warm hybrid search is listed. */
  readonly trace: boolean;
  /** Whether the bucket is filled only, and measured another time. */
  readonly fillOnly: boolean;
}

const median = (of: readonly number[]) => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0;

export async function measureScale(scale: Scale): Promise<void> {
  const folder = scale.data ?? mkdtempSync(join(tmpdir(), "bench-s3-"));
  mkdirSync(folder, { recursive: true });
  const s3 = fork(join(import.meta.dirname, "counting-s3.ts"), [folder]);
  try {
    const port = await new Promise<number>((resolve) => {
      s3.once("message", (of) => resolve(Number(of)));
    });
    await measure(`http://127.0.0.1:${port}`, scale, join(folder, "filled"));
  } finally {
    await ended(s3);
    if (scale.data === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill();
  });
}

type Operate = (operation: string, given: object, slow?: boolean) => Promise<OperationResult>;

/** Each operation in a process of its own, as on Lambda. */
function operator(endpoint: string, dimensions: number): Operate {
  return async (operation, given, slow = true) => {
    const [ms, mbps] = slow ? [s3LatencyMs, s3MegabytesPerSecond] : [0, 0];
    await fetch(`${endpoint}/-/latency?ms=${ms}&mbps=${mbps}`, { method: "PUT" });
    await fetch(`${endpoint}/-/asked`);
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
    return JSON.parse(stdout) as OperationResult;
  };
}

/** Chunks that come in between two runs of maintain while the collection is filled. */
const betweenRuns = 100_000;
const documentSize = 5_000;
const dayMs = 24 * 3_600_000;

/** @returns the last run of maintain, after the last `betweenRuns` chunks; nothing if it was filled */
async function fill(operate: Operate, chunks: number, mark: string) {
  const before = existsSync(mark) ? Number(readFileSync(mark, "utf8")) : 0;
  if (before === 0) {
    await operate("publish", { tenant: "small", times: 4, chunks: 50 }, false);
  }
  let run: OperationResult | undefined;
  for (let filled = before; filled < chunks; ) {
    const times = Math.min(betweenRuns, chunks - filled) / documentSize;
    const from = filled / documentSize;
    await operate("publish", { tenant: "large", times, from, chunks: documentSize }, false);
    filled += times * documentSize;
    const isLast = filled >= chunks;
    // The versions before the last would take as much of the disk again each.
    run = await operate("maintain", { times: 1, aheadMs: isLast ? 0 : 2 * dayMs }, isLast);
    writeFileSync(mark, String(filled));
  }
  return run;
}

async function measure(endpoint: string, scale: Scale, mark: string): Promise<void> {
  const { chunks, dimensions } = scale;
  const operate = operator(endpoint, dimensions);
  const rows: string[][] = [];
  /** The first of its process opens the table; the others find it open. */
  const row = (name: string, { ms, cpuMs, rssMb, requests }: OperationResult, note = "") => {
    const times = ms.length;
    const warm = times > 1 ? requests.slice(1) : requests;
    const of = (pick: (of: Requests) => number) => median(warm.map(pick));
    rows.push([
      name,
      `${(ms[0] ?? 0).toFixed(0)} ms`,
      times > 1 ? `${median(ms.slice(1)).toFixed(0)} ms` : "",
      `${(cpuMs / times).toFixed(0)} ms`,
      `${rssMb.toFixed(0)} MB`,
      String(of(({ reads }) => reads)),
      String(of(({ writes }) => writes)),
      `${of(({ megabytesRead }) => megabytesRead).toFixed(1)} MB`,
      String(of(({ inSequence }) => inSequence)),
      note,
    ]);
  };

  const filled = await fill(operate, chunks, mark);
  if (scale.fillOnly) {
    const { ms = [0], rssMb, cpuMs } = filled ?? {};
    console.log({ maintainMs: ms[0], rssMb, cpuMs });
    return;
  }
  if (filled !== undefined) row("maintain, 100,000 new or all", filled);
  const fresh = `new-${Date.now()}`;
  row(
    "first publish of a tenant, 50 chunks",
    await operate("publish", { tenant: fresh, times: 1 }),
  );
  row(
    "hybrid search, tenant of 200 chunks",
    await operate("search", { tenant: "small", times: 20 }),
  );
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
  const seed = Date.now() % 2 ** 30;
  row("publish, 50 chunks", await operate("publish", { tenant: "large", times: 5, seed }));
  row("the same again", await operate("publish", { tenant: "large", times: 5, seed }));
  row("maintain, nothing to do", await operate("maintain", { times: 1 }));

  console.log(
    `\n## ${chunks.toLocaleString("en")} chunks × ${dimensions}, S3 at ${s3LatencyMs} ms and ${s3MegabytesPerSecond} MB/s\n`,
  );
  const head = ["", "cold", "warm", "CPU", "memory", "reads", "writes", "read", "in sequence", ""];
  console.log(`| ${head.join(" | ")} |\n|${"---|".repeat(head.length)}`);
  for (const cells of rows) console.log(`| ${cells.join(" | ")} |`);
  const seconds = median(hybrid.ms.slice(1)) / 1_000;
  const reads = median(hybrid.requests.slice(1).map((of) => of.reads));
  const cost = 1_000 * (reads * prices.read + seconds * searchMemoryGb * prices.gigabyteSecond);
  console.log(`\n1,000 warm hybrid searches: $${cost.toFixed(4)} (requests to S3 and GB-s).`);
  if (scale.trace) console.log(`\nRequests of the last hybrid search:\n\n${hybrid.trace}`);
}
