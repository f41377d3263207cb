import { describe, expect, test } from "vitest";
import { jobErrorCodes } from "../../../../lambdas/contract/job-errors.ts";
import type { Job } from "../../../../lambdas/records/jobs/job.ts";
import { describeFailure } from "../../../../lambdas/scheduling/finish/failure.ts";
import { chunkingOf, extractionOf, processingJob } from "../../../support/submissions.ts";

const running = processingJob();
const chunked: Job = { ...running, extraction: extractionOf(), chunking: chunkingOf(15) };

/** What Step Functions hands on of an error that a function threw. */
const thrown = (error: string, errorMessage: string) => ({
  error,
  cause: JSON.stringify({ errorType: error, errorMessage, trace: ["Error: …"] }),
});
const failed = (job: Job, failure: { error: string; cause: string }) =>
  describeFailure(job, { kind: "failed", failure });

describe("a failure reads in a job's error", () => {
  test("as what the step said, without the name of the stage before it", () => {
    expect(
      failed(chunked, thrown("ProviderRejectedError", "embeddings: Chunk 3 is refused.")),
    ).toEqual({
      code: "provider_rejected",
      message: "Chunk 3 is refused.",
      stage: "embeddings",
      retryable: false,
    });
  });

  test.each([...jobErrorCodes])("%s as the code %s", (name, code) => {
    expect(failed(chunked, thrown(name, "No."))).toMatchObject({ code, message: "No." });
  });

  test("as retryable unless the same document would meet it again", () => {
    const retryable = [...jobErrorCodes.keys()].filter(
      (name) => failed(chunked, thrown(name, "No.")).retryable,
    );
    const permanent = [...jobErrorCodes.keys()].filter((name) => !retryable.includes(name));
    expect(permanent).toEqual([
      "ProviderRejectedError",
      "InvalidDocumentError",
      "DocumentTooLargeError",
      "NoTextError",
      "EncryptedDocumentError",
      "DamagedDocumentError",
      "EmptyDocumentError",
      "DocumentOverBoundsError",
      "UnsupportedDocumentTypeError",
      "UnknownEncodingError",
      "ExtractionTimeoutError",
      "ExtractionMemoryError",
      "ExtractionCrashedError",
    ]);
  });

  test.each([
    [{ error: "States.Timeout", cause: "" }, "The step ended with States.Timeout."],
    [{ error: "Lambda.Unknown", cause: "exit 137" }, "Lambda.Unknown: exit 137"],
    [
      { error: "TypeError", cause: '{"errorMessage":"x is not a function"}' },
      "x is not a function",
    ],
    [{ error: "Odd", cause: '{"message":"other"}' }, 'Odd: {"message":"other"}'],
    [{ error: "Odd", cause: '"text"' }, 'Odd: "text"'],
    [{ error: "Odd", cause: "{" }, "Odd: {"],
    [{ error: "Odd", cause: "null" }, "Odd: null"],
  ])("%j of no step of ours as step_failed, with what is known", (failure, message) => {
    expect(failed(chunked, failure)).toEqual({
      code: "step_failed",
      message,
      stage: "metadata",
      retryable: true,
    });
  });

  test("of any length as at most 1,000 characters", () => {
    const { message } = failed(chunked, thrown("InvalidDocumentError", "x".repeat(300_000)));
    expect(message).toBe("x".repeat(1_000));
  });

  test("that does not name its stage as one of the stage where the job stood", () => {
    const stageOf = (job: Job) => failed(job, { error: "States.Timeout", cause: "" }).stage;
    const described: Job = { ...chunked, metadataDone: new Set([0, 1]) };
    const embedded: Job = { ...described, embeddingsDone: new Set([0, 1]) };
    const half: Job = { ...described, embeddingsDone: new Set([1]) };
    const extracted: Job = { ...running, extraction: extractionOf() };
    expect([running, extracted, chunked, described, half, embedded].map(stageOf)).toEqual([
      "extraction",
      "chunking",
      "metadata",
      "embeddings",
      "embeddings",
      "storage",
    ]);
  });

  test("of a job that took too long, or whose execution is gone, as one that a retry helps", () => {
    expect(describeFailure(chunked, { kind: "overdue" })).toMatchObject({
      code: "deadline_exceeded",
      stage: "metadata",
      retryable: true,
    });
    expect(describeFailure(running, { kind: "ended" })).toMatchObject({
      code: "execution_lost",
      stage: "extraction",
      retryable: true,
    });
  });
});
