/** When each part of a job's latest attempt began and ended, for drawing. */
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { duration } from "../format.ts";
import { type NodeName, type NodeState, type Pipeline, pipelineOf } from "./pipeline.ts";
import { endOf } from "./times.ts";

export interface Span {
  readonly name: NodeName;
  readonly label: string;
  readonly state: NodeState;
  /** `12 s`, `running for 3 s`, `kept from an earlier attempt`; empty if the stage was not reached. */
  readonly length: string;
  /** Start of the bar, in percent of the whole; undefined if there is none. */
  readonly from?: number;
  /** Length of the bar, in percent of the whole. */
  readonly width?: number;
}

/** In milliseconds since the epoch. */
interface Interval {
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** A bar of less could not be seen, in percent. */
const leastWidth = 0.6;

export function timelineOf(job: JobAnswer, nowMs: number): Span[] {
  const pipeline = pipelineOf(job);
  const begin = Date.parse(job.queued_at ?? job.submitted_at);
  const ended = endOf(job);
  const end = ended === undefined ? nowMs : Date.parse(ended);
  const whole = Math.max(1, end - begin);
  return Object.entries(intervals(job, pipeline, begin, end)).map(([key, { from, until }]) => {
    const name = key as NodeName;
    const { label, state } = pipeline[name];
    const about = { name, label, state };
    if (from === undefined || until === undefined || until < from) {
      // A stage that is done without a time of this attempt was done before it began.
      const length = state === "done" && job.attempt > 1 ? "kept from an earlier attempt" : "";
      return { ...about, length };
    }
    const ran = duration(until - from);
    return {
      ...about,
      length: state === "running" ? `${ran} so far` : ran,
      from: Math.min(100 - leastWidth, ((from - begin) / whole) * 100),
      width: Math.max(leastWidth, ((until - from) / whole) * 100),
    };
  });
}

function intervals(
  job: JobAnswer,
  pipeline: Pipeline,
  begin: number,
  end: number,
): Record<NodeName, Interval> {
  const started = job.started_at === undefined ? undefined : Date.parse(job.started_at);
  /** A time of an earlier attempt says nothing about this one. */
  const reached = (name: Exclude<NodeName, "queue">) => {
    const { updated_at: at } = job.stages[name];
    const ms = at === undefined ? undefined : Date.parse(at);
    return ms !== undefined && started !== undefined && ms >= started ? ms : undefined;
  };
  const until = (name: Exclude<NodeName, "queue">) => {
    const { state } = pipeline[name];
    if (state === "running" || state === "failed") return end;
    return state === "done" ? reached(name) : undefined;
  };
  const read = reached("extraction") ?? started;
  const cut = reached("chunking") ?? read;
  const both = latest(reached("metadata"), reached("embeddings")) ?? cut;
  return {
    queue: { from: begin, until: started ?? end },
    extraction: { from: started, until: until("extraction") },
    chunking: { from: read, until: until("chunking") },
    metadata: { from: cut, until: until("metadata") },
    embeddings: { from: cut, until: until("embeddings") },
    storage: {
      from: both,
      until: until("storage") ?? (job.result?.unchanged ? undefined : storedBy(job, end)),
    },
  };
}

/** The record of a stored version is written with the job's end. */
function storedBy({ status }: JobAnswer, end: number): number | undefined {
  return status === "completed" ? end : undefined;
}

function latest(...times: (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}
