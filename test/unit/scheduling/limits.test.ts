import { describe, expect, test } from "vitest";
import { maxChunks } from "../../../lambdas/contract/limits.ts";
import { parseSettings } from "../../../lambdas/platform/settings.ts";
import { longestJobSeconds, workMsPerChunk } from "../../../lambdas/scheduling/limits.ts";

const settings = parseSettings({});
const llmCallTimeoutMs = settings.LLM_CALL_TIMEOUT_SECONDS * 1_000;

describe("the time that a job may take", () => {
  test("is enough for each chunk's slowest call at the job's fair share of permits", () => {
    const share = settings.LLM_MAX_PARALLEL / settings.MAX_ACTIVE;
    expect(workMsPerChunk(settings) * share).toBeGreaterThanOrEqual(llmCallTimeoutMs);
  });

  test("shrinks with more permits, and never below one job's own cap", () => {
    const more = { ...settings, LLM_MAX_PARALLEL: 200, EMBEDDINGS_MAX_PARALLEL: 200 };
    expect(workMsPerChunk(more)).toBe(llmCallTimeoutMs / settings.METADATA_PER_JOB);
  });

  test("of the state machine is that of the largest document, beside an outage", () => {
    const workSeconds = (workMsPerChunk(settings) * maxChunks) / 1_000;
    expect(longestJobSeconds(settings)).toBe(settings.OUTAGE_LIMIT_SECONDS + 7_200 + workSeconds);
    expect(longestJobSeconds(settings)).toBeLessThan(2 * 86_400);
  });
});
