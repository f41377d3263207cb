import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  ExtractionCrashedError,
  ExtractionMemoryError,
  ExtractionTimeoutError,
  reviveError,
} from "../errors.ts";
import type { Report, Task } from "../worker/protocol.ts";
import { watchMemory } from "./memory.ts";

export interface Progress {
  readonly done: number;
  /** Absent where the format does not tell. */
  readonly total?: number | undefined;
}

export interface RunOptions {
  /** The worker's file; a bundle has it under another name. */
  readonly worker: URL;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const mebibyte = 1024 * 1024;

/**
 * Runs a task in a process of its own, and waits for that process's end.
 * @throws ExtractError for what the worker refused, and for its own end.
 */
export async function runTask(
  task: Task,
  { worker, onProgress, signal }: RunOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const { deadlineMs, maxHeapMiB, maxMemoryMiB } = task.bounds;
  const child = fork(fileURLToPath(worker), {
    // No credentials reach a parser, and none of the parent's settings.
    env: {},
    execArgv: [
      `--max-old-space-size=${maxHeapMiB}`,
      "--permission",
      "--allow-fs-read=*",
      `--allow-fs-write=${task.folder}`,
      "--allow-addons",
      "--no-warnings",
    ],
    serialization: "json",
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const ended = endOf(child);
  let failure: Error | undefined;
  let isDone = false;
  const kill = (reason: Error) => {
    failure ??= reason;
    child.kill("SIGKILL");
  };
  const abort = () => kill(signal?.reason instanceof Error ? signal.reason : new Error("Aborted."));
  signal?.addEventListener("abort", abort, { once: true });
  const deadline = setTimeout(() => kill(timeout(deadlineMs)), deadlineMs);
  const endWatch = watchMemory(child, maxMemoryMiB * mebibyte, () =>
    kill(outOfMemory(maxMemoryMiB)),
  );
  child.on("message", (report: Report) => {
    if (report.kind === "progress") onProgress?.({ done: report.done, total: report.total });
    if (report.kind === "failed") failure ??= reviveError(report.name, report.message);
    if (report.kind === "done") isDone = true;
  });
  child.send(task, (error) => {
    if (error !== null)
      failure ??= new ExtractionCrashedError(`The parser could not be started: ${error.message}`);
  });
  const { how, output } = await ended;
  clearTimeout(deadline);
  endWatch();
  signal?.removeEventListener("abort", abort);
  if (failure !== undefined) throw failure;
  if (isDone) return;
  if (/heap out of memory|Allocation failed|bad_alloc/iu.test(output))
    throw outOfMemory(maxHeapMiB);
  throw new ExtractionCrashedError(
    `The parser ended without an answer (${how}). The document may be damaged: save it anew, or send it in another format.`,
  );
}

/** How the process ended, and the last that it wrote about it. */
function endOf(child: ChildProcess): Promise<{ how: string; output: string }> {
  return new Promise((resolve) => {
    let output = "";
    child.stderr?.on("data", (data: Buffer) => {
      output = (output + data.toString()).slice(-8_192);
    });
    child.once("error", (error) => resolve({ how: error.message, output }));
    child.once("close", (code, signal) => resolve({ how: signal ?? `status ${code}`, output }));
  });
}

function timeout(deadlineMs: number): ExtractionTimeoutError {
  return new ExtractionTimeoutError(
    `The document was not read within ${deadlineMs / 1_000} seconds. Split it and send the parts.`,
  );
}

function outOfMemory(limitMiB: number): ExtractionMemoryError {
  return new ExtractionMemoryError(
    `Reading the document takes more than ${limitMiB} MiB of memory. Split it and send the parts.`,
  );
}
