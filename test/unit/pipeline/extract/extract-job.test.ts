import { describe, expect, test } from "vitest";
import { jobErrorCodes, permanentJobErrors } from "../../../../lambdas/contract/job-errors.ts";
import { decodeMarks } from "../../../../lambdas/pipeline/batches.ts";
import * as errors from "../../../../lambdas/pipeline/extract/errors.ts";
import { extract } from "../../../../lambdas/pipeline/extract/extract.ts";
import { extractJob, type ReadFile } from "../../../../lambdas/pipeline/extract/extract-job.ts";
import { readPlain } from "../../../../lambdas/pipeline/extract/plain.ts";
import type { Submission } from "../../../../lambdas/records/jobs/job.ts";
import { stagesOf } from "../../../../lambdas/records/jobs/progress.ts";
import { objectKeys } from "../../../../lambdas/records/objects/object-keys.ts";
import { createWorld } from "../../../support/fakes/world.ts";
import { submissionOf } from "../../../support/submissions.ts";
import { mailOf } from "./making/mail.ts";
import { line, pdf, scan } from "./making/pdf.ts";
import { bundledWorker } from "./making/worker.ts";

const attempt = { jobId: submissionOf().jobId, attempt: 1 };
const keys = objectKeys(attempt.jobId);
const times = {
  startedAt: "2026-01-01T00:00:00.000Z",
  deadlineAt: "2026-01-02T00:00:00.000Z",
};

/** A running job of this file, and a step that reads it as the deployed one does. */
async function jobOf(bytes: Uint8Array | string, given: Partial<Submission> = {}) {
  const world = createWorld();
  await world.jobs.create(submissionOf({ contentType: "application/octet-stream", ...given }));
  await world.jobs.start(attempt, times);
  await world.objects.put(keys.original, bytes);
  const worker = await bundledWorker();
  const sandboxed: ReadFile = async (file, declared, watch) =>
    readPlain(file, declared) ?? extract(file, declared, { ...watch, worker });
  return {
    world,
    run: (read = sandboxed) => extractJob(attempt, { ...world, read }, { models: [] }),
    read: async () => (await world.jobs.read(attempt.jobId))!,
    text: async () => Buffer.from(await world.objects.get(keys.text)).toString(),
    marks: async () => decodeMarks(await world.objects.get(keys.places)),
  };
}

describe("reading a job's document", () => {
  test("keeps the text of each page, with the marks of the pages", async () => {
    const { run, read, text, marks } = await jobOf(
      pdf([line("The keeper lights the lamp."), line("The river rises at night.")]),
      { contentType: "application/pdf", filename: "log.pdf" },
    );
    await run();
    expect(await text()).toContain("The river rises at night.");
    expect((await marks()).map(({ page }) => page)).toEqual([1, 2]);
    const job = await read();
    expect(job.extraction).toMatchObject({ contentType: "application/pdf", total: 2 });
    expect(job.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(stagesOf(job).extraction).toEqual({ status: "done", done: 2, total: 2, percent: 100 });
  });

  test("names pages that hold no text, and reads the others", async () => {
    const { run, read } = await jobOf(pdf([line("Words of the first page."), scan]));
    await run();
    expect((await read()).extraction).toMatchObject({ unreadablePages: [2], total: 2 });
  });

  test("takes text and Markdown as they are, but for a byte order mark", async () => {
    const { run, read, text } = await jobOf("\ufeff# Größe\n\nText.", {
      contentType: "text/plain",
      filename: "notes.md",
    });
    await run(async (bytes, declared) => readPlain(bytes, declared)!);
    expect(await text()).toBe("# Größe\n\nText.");
    expect((await read()).extraction).toMatchObject({
      contentType: "text/markdown",
      title: "Größe",
    });
  });

  test("reads a text that speaks of another format as the text that it is", async () => {
    const about = "A file that begins with %PDF-1.7 is a PDF.";
    const { run, text } = await jobOf(about, { contentType: "text/plain" });
    await run();
    expect(await text()).toBe(about);
  });

  test("finds the encoding of a text", async () => {
    const { run, text } = await jobOf(Buffer.from("\ufeffGröße 東京", "utf16le"), {
      contentType: "text/plain",
    });
    await run();
    expect(await text()).toBe("Größe 東京");
  });

  test("repeated, or in a later attempt, reads nothing again", async () => {
    const { run, read } = await jobOf("Words.", { contentType: "text/plain" });
    await run();
    const before = await read();
    await run(() => Promise.reject(new Error("Read again.")));
    expect(await read()).toEqual(before);
  });

  test.each<[string, Uint8Array | string, Partial<Submission>, string]>([
    ["all pages are scans", pdf([scan, scan]), {}, "NoTextError"],
    [
      "the bytes are not what was declared",
      pdf([line("x")]),
      { contentType: "text/html" },
      "UnsupportedDocumentTypeError",
    ],
    [
      "the name lies",
      "<!doctype html><p>Not found",
      { filename: "report.pdf" },
      "UnsupportedDocumentTypeError",
    ],
    ["nothing can be seen", " \u200b\n", { contentType: "text/plain" }, "EmptyDocumentError"],
    ["the file is cut off", "PK\x03\x04 not an archive", {}, "DamagedDocumentError"],
  ])("fails, and keeps no text, when %s", async (_, bytes, given, name) => {
    const { world, run, read } = await jobOf(bytes, given);
    await expect(run()).rejects.toMatchObject({ name });
    expect(world.objects.keys()).toEqual([keys.original]);
    expect((await read()).extraction).toBeUndefined();
  });
});

describe("while a long document is read", () => {
  const pages = (done: number) => ({ done, total: 300 });

  test("its pages are counted, at most twice a second, and never fall", async () => {
    const { world, run, read } = await jobOf("…");
    const seen: number[] = [];
    await run(async (_, __, { onProgress }) => {
      for (let done = 20; done <= 300; done += 20) {
        onProgress(pages(done));
        await world.clock.advance(100);
        seen.push((await read()).reading?.done ?? 0);
      }
      // A try that begins again.
      await world.clock.advance(1_000);
      onProgress(pages(40));
      await world.clock.advance(1_000);
      seen.push((await read()).reading?.done ?? 0);
      return readPlain(Buffer.from("Words."), { contentType: "text/plain" })!;
    });
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(new Set(seen)).toEqual(new Set([20, 120, 220]));
    expect((await read()).extraction).toMatchObject({ total: 300 });
  });

  test("a cancel ends the reading", async () => {
    const { world, run } = await jobOf("…");
    const reading = run(async (_, __, { onProgress, signal }) => {
      await world.jobs.requestCancel(attempt.jobId, times.startedAt);
      onProgress(pages(20));
      return new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason as Error));
      });
    });
    await expect(reading).rejects.toMatchObject({ name: "JobCancelledError" });
  });
});

test("each error of reading has its code in the contract, and no retry helps", () => {
  const { reviveError: _, ExtractError: __, ...kinds } = errors;
  for (const Kind of Object.values(kinds)) {
    const error = new Kind("");
    expect(jobErrorCodes.get(error.name)).toBe(error.code);
    expect(permanentJobErrors).toContain(error.code);
  }
});

describe("a mail's attachments", () => {
  const mail = mailOf("Minutes", "They are attached.", [
    { filename: "a.txt", type: "text/plain", bytes: Buffer.from("The text of a.") },
    { filename: "b.png", type: "image/png", bytes: Buffer.from("picture") },
  ]);

  test("are kept and noted as still to be queued, but for those of other types", async () => {
    const { world, run, read } = await jobOf(mail, { contentType: "message/rfc822" });
    await run();
    expect((await read()).extraction?.attachments).toMatchObject([
      { filename: "a.txt", documentId: "doc:a.txt", index: 0 },
      { filename: "b.png", skipped: "unsupported_type" },
    ]);
    expect(Buffer.from(await world.objects.get(keys.attachment(0))).toString()).toBe(
      "The text of a.",
    );
    await expect(world.objects.get(keys.attachment(1))).rejects.toThrow("does not exist");
    expect(await world.attachments.list()).toEqual([attempt.jobId]);
  });

  test("are noted again by a later attempt, which does not read the mail again", async () => {
    const { world, run } = await jobOf(mail, { contentType: "message/rfc822" });
    await run();
    await world.attachments.forget(attempt.jobId);
    await run(() => Promise.reject(new Error("Read again.")));
    expect(await world.attachments.list()).toEqual([attempt.jobId]);
  });
});
