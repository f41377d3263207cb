import { expect, test } from "vitest";
import { curlOf, executionLink, logCommand } from "../../../../console/logic/jobs/links.ts";
import { timelineOf } from "../../../../console/logic/jobs/timeline.ts";
import type { JobAnswer } from "../../../../lambdas/contract/calls/jobs.ts";
import { job, stage, stages } from "../jobs.ts";

const at = (second: number) => new Date(Date.UTC(2026, 10, 26, 10, 0, second)).toISOString();
const done = (second: number) => ({ ...stage("done", 5, 5), updated_at: at(second) });
const lengths = (of: JobAnswer, nowMs = Date.parse(at(59))) =>
  Object.fromEntries(timelineOf(of, nowMs).map(({ name, length }) => [name, length]));

const completed = job("a", {
  status: "completed",
  submitted_at: at(0),
  started_at: at(10),
  completed_at: at(40),
  stages: stages({
    extraction: done(12),
    chunking: done(15),
    metadata: done(35),
    embeddings: done(20),
    storage: done(38),
  }),
});

test("each stage lasts from the end of the one before it to its own", () => {
  expect(lengths(completed)).toEqual({
    queue: "10 s",
    extraction: "2.0 s",
    chunking: "3.0 s",
    metadata: "20 s",
    embeddings: "5.0 s",
    storage: "3.0 s",
  });
});

test("the bars lie within the whole, side by side where stages ran side by side", () => {
  const spans = timelineOf(completed, 0);
  for (const { from = 0, width = 0 } of spans) {
    expect(from).toBeGreaterThanOrEqual(0);
    expect(from + width).toBeLessThanOrEqual(100.001);
  }
  const [metadata, embeddings] = [spans[3], spans[4]];
  expect(metadata?.from).toBe(embeddings?.from);
  expect(metadata?.width).toBeCloseTo(50);
});

test("a running stage lasts until now, and later ones have not begun", () => {
  const { completed_at: _, ...rest } = completed;
  const running: JobAnswer = {
    ...rest,
    status: "processing",
    terminal: false,
    stages: stages({
      extraction: done(12),
      chunking: done(15),
      metadata: { ...stage("running", 2, 5), updated_at: at(18) },
      embeddings: done(20),
    }),
  };
  expect(lengths(running)).toMatchObject({ metadata: "44 s so far", storage: "" });
});

test("a retry begins when it was asked for, and what was done before is kept", () => {
  const retried: JobAnswer = {
    ...completed,
    attempt: 2,
    queued_at: at(20),
    started_at: at(24),
    stages: { ...completed.stages, embeddings: done(18) },
  };
  expect(lengths(retried)).toMatchObject({
    queue: "4.0 s",
    chunking: "kept from an earlier attempt",
    embeddings: "kept from an earlier attempt",
    metadata: "11 s",
  });
});

test("what is copied names the key and never holds it", () => {
  expect(curlOf("https://api.example/v1", completed)).toBe(
    'curl -H "x-api-key: $SLUICE_API_KEY" "https://api.example/v1/jobs/a"',
  );
});

test("the execution is linked in an account, not on a laptop", () => {
  const arn = (account: string) => `arn:aws:states:eu-west-1:${account}:execution:Ingest:a-1`;
  const linked = { ...completed, execution_arn: arn("123456789012") };
  expect(executionLink(linked)).toBe(
    `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${arn("123456789012")}`,
  );
  expect(logCommand(linked)).toBe("npm run sluice -- logs a --aws");
  expect(executionLink({ ...completed, execution_arn: arn("000000000000") })).toBeUndefined();
  expect(executionLink(completed)).toBeUndefined();
});
