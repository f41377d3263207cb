/** The conditions of a job's changes, each under its name. */

import { type JobStatus, jobStatuses } from "../../../contract/vocabulary.ts";
import type { Condition } from "../../../platform/dynamodb/table.ts";
import type { Attempt } from "../attempt.ts";
import { isTerminal } from "../job.ts";

export function isAttempt({ attempt }: Attempt): Condition {
  return { expression: "#attempt = :attempt", values: { attempt } };
}

function hasStatus(...statuses: readonly JobStatus[]): Condition {
  const values = Object.fromEntries(statuses.map((status) => [status, status]));
  const names = statuses.map((status) => `:${status}`).join(", ");
  return { expression: `#status IN (${names})`, values };
}

export const isQueued = hasStatus("queued");
export const isProcessing = hasStatus("processing");
export const isUnfinished = hasStatus("queued", "processing");
export const isFinished = hasStatus(...jobStatuses.filter(isTerminal));
/** Resuming a completed job would do nothing. */
export const isRetryable = hasStatus("failed", "cancelled");

export const noCancelAsked: Condition = {
  expression: "attribute_not_exists(#cancelRequestedAt)",
};

export const notStored: Condition = { expression: "attribute_not_exists(#stored)" };

export const notPublishing: Condition = { expression: "#publishing = :no", values: { no: false } };

export const notAnnounced: Condition = { expression: "#announced = :no", values: { no: false } };

/** Nothing would change: a repeat must not raise the version that long polls wait for. */
export function differs(field: string, value: unknown): Condition {
  return {
    expression: `(attribute_not_exists(#${field}) OR #${field} <> :${field})`,
    values: { [field]: value },
  };
}

/** A repeated try begins at the first page: progress must not fall. */
export function readsFurther(done: number): Condition {
  return {
    expression: "(attribute_not_exists(#reading) OR #reading.#done < :done)",
    values: { done },
  };
}

export function lacksBatch(set: "metadataDone" | "embeddingsDone", batch: number): Condition {
  return {
    expression: `(attribute_not_exists(#${set}) OR NOT contains(#${set}, :batch))`,
    values: { batch },
  };
}
