import { describe, expect, test } from "vitest";
import { StoredItemError } from "../../../lambdas/platform/dynamodb/stored-item.ts";
import type { Item } from "../../../lambdas/platform/dynamodb/table.ts";
import { jobOf, newJobItem } from "../../../lambdas/records/jobs/dynamodb/job-item.ts";
import { resultOf, submissionOf } from "../../support/submissions.ts";

const item: Item = newJobItem(submissionOf());
const read = (given: Item) => () => jobOf({ ...item, ...given });
const completed = (usage: Item) => ({
  status: "completed",
  startedAt: "2026-01-01T00:01:00.000Z",
  completedAt: "2026-01-01T00:02:00.000Z",
  result: { ...resultOf(), usage },
});

describe("a job's item", () => {
  test("carries the version of its schema, and is read without it", () => {
    expect(item["schemaVersion"]).toBe(3);
    const { schemaVersion: _, ...before } = item;
    const extraction = { contentType: "text/plain", unreadablePages: [] };
    expect(jobOf(before)).toEqual({ ...jobOf(item), extraction });
    expect(jobOf(item)).toMatchObject({ ...submissionOf(), status: "queued", attempt: 1 });
  });

  test.each([
    ["status", { status: "done" }],
    ["attempt", { attempt: 0 }],
    ["version", { version: undefined }],
    ["chunking.batchSize", { chunking: { chunkCount: 5, batchSize: "10", embeddingModel: "m" } }],
    ["metadataDone", { metadataDone: [1, 2] }],
    ["submittedAt", { submittedAt: "yesterday" }],
    ["attributes", { attributes: "{" }],
    ["options.chunking.strategy", { options: '{"chunking":{"strategy":"none"},"metadata":{}}' }],
    ["deadlineAt", { status: "processing", startedAt: "2026-01-01T00:01:00.000Z" }],
    ["error", { status: "failed", failedAt: "2026-01-01T00:01:00.000Z" }],
    ["result.usage.llmCalls", { ...completed({ llmCalls: "many" }) }],
  ])("whose %s does not fit is refused, by the job's id and the field's name", (field, given) => {
    const jobId = String(item["jobId"]);
    expect(read(given)).toThrow(StoredItemError);
    expect(read(given)).toThrow(`Job ${jobId} cannot be read: ${field} `);
  });

  test("of a later version is refused, because its fields may mean something else", () => {
    expect(read({ schemaVersion: 4 })).toThrow(
      "its schemaVersion is 4, and this code reads up to 3",
    );
  });

  test.each([0, 1.5, "2"])("with schemaVersion %j is refused", (schemaVersion) => {
    expect(read({ schemaVersion })).toThrow(StoredItemError);
  });

  test("of version 1 counts 0 where a result lacks a counter that came later", () => {
    const { schemaVersion: _, ...before }: Item = { ...item, ...completed({ llmCalls: 3 }) };
    expect(jobOf(before)).toMatchObject({ result: { usage: { llmCalls: 3, timeoutRetries: 0 } } });
    expect(read(completed({ llmCalls: 3 }))).toThrow("result.usage.embeddingCalls is required");
  });
});
