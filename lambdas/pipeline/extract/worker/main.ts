/**
 * The process that reads one document and ends. It may be killed at any
 * moment, so that its parent need not trust a parser's code with its own life.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ReadDocument, readDocument } from "../read.ts";
import { goOffline } from "./offline.ts";
import { files, type Report, type Result, type Task } from "./protocol.ts";

/** Reports of progress are for people: more often than this none would see them. */
const reportEveryMs = 100;

goOffline();
process.once("message", (task: Task) => {
  void work(task).then(async (report) => {
    await send(report);
    process.exit(0);
  });
});
// Without its parent nobody waits for the answer.
process.once("disconnect", () => process.exit(0));

async function work({ path, folder, declared, bounds }: Task): Promise<Report> {
  let reportedAt = 0;
  try {
    const reading = await readDocument(readFileSync(path), declared, {
      bounds,
      progress: (done, total) => {
        if (done !== total && performance.now() - reportedAt < reportEveryMs) return;
        reportedAt = performance.now();
        void send({ kind: "progress", done, total });
      },
    });
    write(folder, reading);
    return { kind: "done" };
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: "failed", name, message };
  }
}

function write(folder: string, reading: ReadDocument): void {
  const {
    format,
    markdown,
    title,
    marks,
    pageCount,
    unreadablePages = [],
    attachments = [],
  } = reading;
  const result: Result = {
    format,
    title,
    marks,
    pageCount,
    unreadablePages,
    attachments: attachments.map(({ filename, contentType }) => ({ filename, contentType })),
  };
  // Half a surrogate pair would not survive the file; its length is that of its replacement.
  writeFileSync(join(folder, files.markdown), markdown.toWellFormed());
  for (const [index, { bytes }] of attachments.entries()) {
    writeFileSync(join(folder, files.attachment(index)), bytes);
  }
  writeFileSync(join(folder, files.result), JSON.stringify(result));
}

function send(report: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) resolve();
    else process.send(report, () => resolve());
  });
}
