import type { AttemptTotals } from "../../accounting/attempt-totals.ts";
import { costOf, type Prices } from "../../accounting/prices.ts";
import { talliesOf } from "../../accounting/tallies.ts";
import type { Usage } from "../../accounting/usage.ts";
import { usageSamples } from "../../accounting/usage-samples.ts";
import { countedErrorCode, type Sample, sample } from "../../contract/calls/metrics.ts";
import { stageNames } from "../../contract/vocabulary.ts";
import { type EndedJob, endedAt, queuedAt } from "../../records/jobs/job.ts";
import { isStageDone, stageBeganAt, stageFacts } from "../../records/jobs/stages.ts";

/** How a job ended, and how long its parts took. */
export function endSamples(job: EndedJob): Sample[] {
  const { status: outcome, startedAt } = job;
  const samples = [
    sample("JobsEnded", 1, { outcome }),
    ...(outcome === "cancelled" ? [] : [sample("JobFailure", outcome === "failed" ? 1 : 0)]),
    ...(startedAt === undefined
      ? []
      : [sample("QueueWait", secondsBetween(queuedAt(job), startedAt))]),
    ...stageSamples(job, startedAt),
  ];
  if (job.status === "failed") {
    samples.push(sample("JobErrors", 1, { code: countedErrorCode(job.error.code) }));
  }
  if (job.status === "completed") {
    samples.push(sample("JobDuration", secondsBetween(job.startedAt, job.completedAt)));
    const { unchanged, superseded, chunkCount } = job.result;
    if (!unchanged && !superseded) samples.push(sample("ChunksStored", chunkCount));
  }
  return samples;
}

/**
 * What an ended attempt adds up to.
 * @param usage of this attempt only: those before were counted at their own ends
 */
export function totalsOf(job: EndedJob, usage: Usage, prices: Prices): AttemptTotals {
  const { llmCalls, embeddingCalls, promptTokens, completionTokens, embeddingTokens } = usage;
  return {
    tallies: talliesOf([...endSamples(job), ...usageSamples(usage, prices)]),
    tenant: job.tenant,
    month: endedAt(job).slice(0, 7),
    ledger: {
      [job.status]: 1,
      llmCalls,
      embeddingCalls,
      promptTokens,
      completionTokens,
      embeddingTokens,
      estimatedCostUsd: costOf(usage, prices) ?? 0,
    },
  };
}

/** Only stages that ended in this attempt: a retry keeps what was done before it. */
function stageSamples(job: EndedJob, startedAt: string | undefined): Sample[] {
  if (startedAt === undefined) return [];
  return stageNames.flatMap((stage) => {
    const endedAt = job[stageFacts[stage].at];
    // A failed or cancelled job may have left a stage in its middle, whose duration would say nothing.
    if (endedAt === undefined || endedAt < startedAt || !isStageDone(job, stage)) return [];
    const seconds = secondsBetween(stageBeganAt(job, stage, startedAt), endedAt);
    return [sample("StageDuration", seconds, { stage })];
  });
}

function secondsBetween(from: string, to: string): number {
  return Math.max(0, Date.parse(to) - Date.parse(from)) / 1_000;
}
