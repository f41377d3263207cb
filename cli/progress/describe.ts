/** Progress of jobs for people: moving bars on a terminal, plain lines elsewhere. */
import { createLogUpdate } from "log-update";
import type { JobAnswer } from "../lambdas/contract/calls/jobs.ts";
import { type StageName, stageNames } from "../lambdas/contract/vocabulary.ts";
import { chunks } from "./output.ts";

export interface ProgressView {
  /** Shows the latest state of a job next to its name. */
  readonly show: (name: string, job: JobAnswer) => void;
  /** Prints a line of text above the bars. */
  readonly say: (line: string) => void;
  /** Stops the view and keeps the last state on the screen. */
  readonly end: () => void;
}

/** Number of characters of a full bar. */
const barWidth = 24;
/** Percent between two plain lines of one stage. */
const lineStep = 10;

export function progressView(
  stream: NodeJS.WritableStream & { isTTY?: boolean } = process.stderr,
): ProgressView {
  return stream.isTTY ? barsOn(stream) : linesOn(stream);
}

function barsOn(stream: NodeJS.WritableStream): ProgressView {
  const update = createLogUpdate(stream);
  const jobs = new Map<string, JobAnswer>();
  const draw = () => {
    const width = Math.max(...[...jobs.keys()].map((name) => name.length));
    update(
      [...jobs]
        .map(([name, job]) => `${name.padEnd(width)}  ${bar(job.progress)} ${describe(job)}`)
        .join("\n"),
    );
  };
  return {
    show(name, job) {
      jobs.set(name, job);
      draw();
    },
    say(line) {
      update.clear();
      stream.write(`${line}\n`);
      if (jobs.size > 0) draw();
    },
    end: () => update.done(),
  };
}

function linesOn(stream: NodeJS.WritableStream): ProgressView {
  const shown = new Map<string, { key: string; progress: number }>();
  return {
    show(name, job) {
      const key = `${job.status} ${job.queue_position ?? ""} ${running(job).join()} ${held(job).join()}`;
      const before = shown.get(name);
      const little = job.progress - (before?.progress ?? -lineStep) < lineStep;
      if (before?.key === key && little) return;
      shown.set(name, { key, progress: job.progress });
      stream.write(`${name}: ${describe(job)}\n`);
    },
    say: (line) => stream.write(`${line}\n`),
    end: () => {},
  };
}

export function bar(percent: number): string {
  const full = Math.round((percent / 100) * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

function running(job: JobAnswer): StageName[] {
  return stageNames.filter((name) => job.stages[name].status === "running");
}

function held(job: JobAnswer): StageName[] {
  return stageNames.filter((name) => job.stages[name].held_until !== undefined);
}

/** The reason why a stage makes no progress. */
export function holdUp(
  name: StageName,
  { held_until: until }: JobAnswer["stages"][StageName],
  nowMs = Date.now(),
): string {
  if (until === undefined) return "";
  const model = name === "metadata" ? "language model" : "embedding model";
  const at = new Date(until);
  // A time of day instead of seconds, because the line stays on the screen for a while.
  return at.getTime() > nowMs
    ? `the ${model} does not respond, next try at ${at.toLocaleTimeString("en-GB")}`
    : `the ${model} did not respond, trying again now`;
}

/** A job's state in one line: what it waits for, does or did, or why it failed. */
export function describe(job: JobAnswer): string {
  switch (job.status) {
    case "queued": {
      const position = job.queue_position ? `, position ${job.queue_position}` : "";
      const wait = job.estimated_wait_seconds ? `, about ${job.estimated_wait_seconds} s` : "";
      return `queued${position}${wait}`;
    }
    case "processing": {
      const stages = running(job).map((name) => {
        const stage = job.stages[name];
        const { done, total } = stage;
        const hindrance = holdUp(name, stage);
        const state = total === null ? name : `${name} ${done}/${total}`;
        return hindrance === "" ? state : `${state} (${hindrance})`;
      });
      const cancelling = job.cancel_requested_at === undefined ? "" : ", cancelling";
      return `${job.progress} % ${stages.join(" · ") || "finishing"}${cancelling}`;
    }
    case "completed":
      return `completed${duration(job)}${outcome(job)}`;
    case "failed":
      return `failed in ${job.error?.stage}: ${job.error?.message} (${job.error?.code})`;
    case "cancelled":
      return "cancelled";
  }
}

function duration(job: JobAnswer): string {
  if (job.completed_at === undefined || job.started_at === undefined) return "";
  const seconds = (Date.parse(job.completed_at) - Date.parse(job.started_at)) / 1_000;
  return ` in ${seconds.toFixed(1)} s`;
}

function outcome({ result }: JobAnswer): string {
  if (result === undefined) return "";
  if (result.superseded) return ": a later version was stored first";
  const { usage } = result;
  const cached = usage.metadata_cache_hits + usage.embedding_cache_hits;
  const facts = [
    chunks(result.chunk_count),
    ...(result.unchanged ? ["unchanged"] : []),
    `${usage.llm_calls} LLM + ${usage.embedding_calls} embedding calls`,
    ...(cached > 0 ? [`${cached} answers from cache`] : []),
    ...(result.degraded ? [`${result.failed_chunk_count} without metadata`] : []),
  ];
  return `: ${facts.join(", ")}`;
}
