/** A job in words, for people. */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { isHeldUp } from "../../lambdas/contract/held-up.ts";
import { type StageName, stageNames } from "../../lambdas/contract/vocabulary.ts";
import { withCode } from "../errors.ts";
import { chunks } from "../output.ts";
import { failureText } from "./failure.ts";

/** Number of characters of a full bar. */
const barWidth = 24;
export function bar(percent: number): string {
  const full = Math.round((percent / 100) * barWidth);
  return "█".repeat(full) + "░".repeat(barWidth - full);
}

export function running(job: JobAnswer): StageName[] {
  return stageNames.filter((name) => job.stages[name].status === "running");
}

/** The stages that make no progress because their model's calls fail. */
export function held(job: JobAnswer): StageName[] {
  return stageNames.filter((name) => isHeldUp(job.stages[name]));
}

/** The reason why a stage makes no progress. */
export function holdUp(
  name: StageName,
  { held_until: until, last_failure: failure }: JobAnswer["stages"][StageName],
  nowMs = Date.now(),
): string {
  const model = name === "metadata" ? "language model" : "embedding model";
  if (until === undefined) {
    return failure === undefined
      ? ""
      : `the ${model} fails: ${failureText(failure)}, its calls are repeated`;
  }
  const at = new Date(until);
  // A time of day instead of seconds, because the line stays on the screen for a while.
  const isLater = at.getTime() > nowMs;
  const next = isLater ? `next try at ${at.toLocaleTimeString("en-GB")}` : "trying again now";
  if (failure !== undefined) return `the ${model} fails: ${failureText(failure)}, ${next}`;
  return `the ${model} ${isLater ? "does" : "did"} not respond, ${next}`;
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
      return `failed in ${job.error?.stage}: ${withCode(job.error?.message, job.error?.code)}`;
    case "cancelled":
      return "cancelled";
  }
}

function duration(job: JobAnswer): string {
  if (job.completed_at === undefined || job.started_at === undefined) return "";
  const seconds = (Date.parse(job.completed_at) - Date.parse(job.started_at)) / 1_000;
  return ` in ${seconds.toFixed(1)} s`;
}

/** More than these make a line that nobody reads to its end. */
const mostNamed = 10;

/** `pages 2, 5 without text`. */
function unreadable(pages: readonly number[]): string {
  const named = pages.slice(0, mostNamed).join(", ");
  const others = pages.length > mostNamed ? ` and ${pages.length - mostNamed} more` : "";
  return `${pages.length === 1 ? "page" : "pages"} ${named}${others} without text`;
}

/** `3 attachments (2 become documents, 1 skipped)`. */
function attached(
  attachments: NonNullable<NonNullable<JobAnswer["result"]>["attachments"]>,
): string {
  const skipped = attachments.filter((one) => one.document_id === undefined).length;
  const queued = attachments.length - skipped;
  const parts = [
    ...(queued > 0
      ? [`${queued} ${queued === 1 ? "becomes a document" : "become documents"}`]
      : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
  ];
  const what = attachments.length === 1 ? "attachment" : "attachments";
  return `${attachments.length} ${what} (${parts.join(", ")})`;
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
    ...(result.failed_chunk_count > 0 ? [`${result.failed_chunk_count} without metadata`] : []),
    ...(result.unreadable_pages === undefined ? [] : [unreadable(result.unreadable_pages)]),
    ...(result.attachments === undefined ? [] : [attached(result.attachments)]),
  ];
  return `: ${facts.join(", ")}`;
}
