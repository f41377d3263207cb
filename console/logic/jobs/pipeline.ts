/** The stages of a job as drawn: queue → extraction → chunking → metadata ‖ embeddings → storage. */
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
import { isHeldUp } from "../../../lambdas/contract/held-up.ts";
import { count } from "../format.ts";
import { failureInBrief, heldStages } from "./failure.ts";

export type NodeName = "queue" | "extraction" | "chunking" | "metadata" | "embeddings" | "storage";
export type NodeState = "waiting" | "running" | "done" | "failed" | "stopped";

export interface PipelineNode {
  readonly name: NodeName;
  readonly label: string;
  readonly state: NodeState;
  /** 0 to 100. */
  readonly percent: number;
  /** A few words: `20 of 50 chunks`. */
  readonly detail: string;
}

export type Pipeline = Readonly<Record<NodeName, PipelineNode>>;

const labels: Readonly<Record<NodeName, string>> = {
  queue: "Queue",
  extraction: "Reading",
  chunking: "Chunking",
  metadata: "Metadata",
  embeddings: "Embeddings",
  storage: "Storage",
};

export const nodeNames = Object.keys(labels) as NodeName[];

export function pipelineOf(job: JobAnswer): Pipeline {
  return {
    queue: queueNode(job),
    extraction: stageNode(job, "extraction"),
    chunking: stageNode(job, "chunking"),
    metadata: stageNode(job, "metadata"),
    embeddings: stageNode(job, "embeddings"),
    storage: stageNode(job, "storage"),
  };
}

function queueNode(job: JobAnswer): PipelineNode {
  const node = { name: "queue", label: labels.queue } as const;
  if (job.status === "queued") {
    const { queue_position: position } = job;
    const detail = position ? `position ${position}` : "starting";
    return { ...node, state: "running", percent: 0, detail };
  }
  const passed = job.started_at !== undefined || !job.terminal;
  if (passed) return { ...node, state: "done", percent: 100, detail: "passed" };
  return { ...node, state: "stopped", percent: 0, detail: "left" };
}

function stageNode(job: JobAnswer, name: Exclude<NodeName, "queue">): PipelineNode {
  const stage = job.stages[name];
  const node = { name, label: labels[name], percent: stage.percent };
  if (stage.status === "done") {
    return { ...node, percent: 100, state: "done", detail: doneDetail(job, name) };
  }
  if (stage.status === "failed") return { ...node, state: "failed", detail: "failed" };
  if (stage.status === "running") {
    const silent =
      stage.last_failure === undefined
        ? "model not responding"
        : `model failing: ${failureInBrief(stage.last_failure)}`;
    const detail = isHeldUp(stage) ? silent : progress(name, stage);
    return { ...node, state: "running", detail };
  }
  const ended = job.terminal;
  return {
    ...node,
    state: ended ? "stopped" : "waiting",
    detail: stage.done > 0 ? progress(name, stage) : ended ? "not reached" : "waiting",
  };
}

function doneDetail(job: JobAnswer, name: Exclude<NodeName, "queue">): string {
  const { result } = job;
  if (result?.unchanged) return "unchanged";
  if (name === "storage") return result?.superseded ? "superseded" : "stored";
  const { total } = job.stages[name];
  if (name === "extraction") return total === null ? "read" : `${total} read`;
  return count(total ?? 0, "chunk");
}

function progress(
  name: Exclude<NodeName, "queue">,
  { done, total }: { done: number; total: number | null },
): string {
  if (total === null) return "reading";
  return name === "extraction"
    ? `${done} of ${count(total, "page")}`
    : `${done} of ${count(total, "chunk")}`;
}

/** Why a job makes no progress; undefined if no call is held back. */
function hindrance(job: JobAnswer): string | undefined {
  const [held] = heldStages(job);
  if (held === undefined) return undefined;
  return held.failure === undefined
    ? `Waiting: the ${held.model} does not respond`
    : `Waiting: the ${held.model} fails (${failureInBrief(held.failure)})`;
}

/** The state of a job in a few words. */
export function describe(job: JobAnswer): string {
  switch (job.status) {
    case "queued":
      return job.queue_position ? `Position ${job.queue_position} in the queue` : "Starting";
    case "processing": {
      if (job.cancel_requested_at !== undefined) return "Cancelling";
      const hindered = hindrance(job);
      if (hindered !== undefined) return hindered;
      const running = nodeNames
        .map((name) => pipelineOf(job)[name])
        .filter(({ state }) => state === "running")
        .map(({ label }, index) => (index === 0 ? label : label.toLowerCase()));
      return running.length === 0 ? "Running" : running.join(" and ");
    }
    case "completed":
      return completed(job);
    case "failed":
      return "Failed";
    case "cancelled":
      return "Cancelled";
  }
}

function completed({ result }: JobAnswer): string {
  if (result === undefined) return "Completed";
  if (result.superseded) return "Completed; a later version was stored first";
  const chunks = count(result.chunk_count, "chunk");
  if (result.unchanged) return `Unchanged, ${chunks}`;
  const bare = result.failed_chunk_count;
  const unread = result.unreadable_pages?.length ?? 0;
  const pages = unread === 0 ? "" : `, ${count(unread, "page")} without text`;
  return bare === 0
    ? `Stored, ${chunks}${pages}`
    : `Stored, ${bare} of ${chunks} without metadata${pages}`;
}

/** Whether a cancel is possible and was not asked for yet. */
export function canCancel({ terminal, cancel_requested_at: asked }: JobAnswer): boolean {
  return !terminal && asked === undefined;
}

export interface Cell {
  readonly taken: boolean;
}

/** At most `most` cells for a capacity. If there are more places than cells, each cell stands for several. */
export function cellsOf(capacity: number, taken: number, most: number): Cell[] {
  const size = Math.max(1, Math.ceil(capacity / most));
  const cells = Math.ceil(capacity / size);
  // A single taken place is always visible.
  const filled = Math.min(cells, Math.ceil(taken / size));
  return Array.from({ length: cells }, (_, index) => ({ taken: index < filled }));
}
