import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { bar, describe } from "../../../cli/progress/describe.ts";
import { progressView } from "../../../cli/progress/view.ts";
import { completedJob, jobAnswer } from "../../support/cli/scripted-api.ts";
import { rowsOf } from "../../support/cli/terminal.ts";

const running = (done: number, progress: number) =>
  jobAnswer({
    status: "processing",
    progress,
    stages: {
      extraction: { status: "done", done: 12, total: 12, percent: 100 },
      chunking: { status: "done", done: 50, total: 50, percent: 100 },
      metadata: { status: "running", done, total: 50, percent: done * 2 },
      embeddings: { status: "running", done: 50, total: 50, percent: 100 },
      storage: { status: "pending", done: 0, total: 50, percent: 0 },
    },
  });

function textOf(show: (view: ReturnType<typeof progressView>) => void, isTTY = false): string {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 120, rows: 40 });
  const view = progressView({ total: 3 }, stream);
  show(view);
  view.end();
  return (stream.read() as Buffer | null)?.toString() ?? "";
}

test("a bar is as full as the job", () => {
  expect(bar(0)).toMatch(/^░{24}$/);
  expect(bar(50)).toMatch(/^█{12}░{12}$/);
  expect(bar(100)).toMatch(/^█{24}$/);
});

test("a job's line shows its state in one sentence", () => {
  expect(describe(jobAnswer({ queue_position: 3, estimated_wait_seconds: 30 }))).toBe(
    "queued, position 3, about 30 s",
  );
  expect(describe(running(20, 45))).toBe("45 % metadata 20/50 · embeddings 50/50");
  const stored = running(50, 99);
  const done = { status: "done", done: 50, total: 50, percent: 100 } as const;
  const stages = {
    extraction: done,
    chunking: done,
    metadata: done,
    embeddings: done,
    storage: done,
  };
  expect(describe({ ...stored, stages })).toBe("99 % finishing");
  const completed = completedJob();
  expect(describe(completed)).toBe("completed in 3.5 s: 12 chunks, 12 LLM + 1 embedding calls");
  const short = { ...completed, result: { ...completed.result!, chunk_count: 1 } };
  expect(describe(short)).toContain(": 1 chunk, ");
});

test("a stored document names the pages without text, and counts the attachments of a mail", () => {
  const completed = completedJob();
  const attachment = { filename: "a.txt", content_type: "text/plain", size_bytes: 1 };
  const result = {
    ...completed.result!,
    degraded: true,
    unreadable_pages: [2, 5],
    attachments: [
      { ...attachment, document_id: "mail:a.txt", job_id: "01J" },
      { ...attachment, skipped: "unsupported_type" as const },
    ],
  };
  const line = describe({ ...completed, result });
  expect(line).toContain("pages 2, 5 without text");
  expect(line).toContain("2 attachments (1 becomes a document, 1 skipped)");
  expect(line).not.toContain("without metadata");
});

test("a job whose provider does not respond says so, and when it is tried again", () => {
  const job = running(20, 45);
  const until = new Date(Date.now() + 30_000);
  const { metadata } = job.stages;
  const held = {
    ...job,
    stages: { ...job.stages, metadata: { ...metadata, held_until: until.toISOString() } },
  };
  expect(describe(held)).toBe(
    `45 % metadata 20/50 (the language model does not respond, next try at ${until.toLocaleTimeString("en-GB")}) · embeddings 50/50`,
  );
  const trying = { ...metadata, held_until: new Date(Date.now() - 1).toISOString() };
  expect(describe({ ...job, stages: { ...job.stages, metadata: trying } })).toContain(
    "(the language model did not respond, trying again now)",
  );
  const text = textOf((view) => {
    for (const state of [job, held, held, job]) view.show("a.md", state);
  });
  expect(text.trim().split("\n")).toEqual([
    expect.not.stringContaining("does not respond") as string,
    expect.stringContaining("does not respond") as string,
    expect.not.stringContaining("does not respond") as string,
  ]);
});

test("a job that waits says how its provider failed last, if the API does", () => {
  const job = running(20, 45);
  const since = new Date(2025, 0, 1, 9, 14, 3).toISOString();
  const until = new Date(Date.now() + 30_000);
  const last_failure = {
    status: 401,
    code: "provider_misconfigured",
    message: "Wrong key.",
    endpoint: "api.example/v1",
    since,
    count: 12,
  };
  const metadata = { ...job.stages.metadata, held_until: until.toISOString(), last_failure };
  expect(describe({ ...job, stages: { ...job.stages, metadata } })).toContain(
    `(the language model fails: api.example/v1 responded 401: Wrong key. (provider_misconfigured; 12 times since 09:14:03), next try at ${until.toLocaleTimeString("en-GB")})`,
  );
});

test("a job of few texts says how its provider fails before any call is held back", () => {
  const last_failure = {
    status: 500,
    code: "provider_unavailable",
    message: "Out of memory.",
    since: new Date().toISOString(),
    count: 3,
  };
  const job = running(20, 45);
  const metadata = { ...job.stages.metadata, last_failure };
  expect(describe({ ...job, stages: { ...job.stages, metadata } })).toMatch(
    /metadata 20\/50 \(the language model fails: .*Out of memory.*, its calls are repeated\)/,
  );
});

test("without a terminal there is one line for each notable change", () => {
  const text = textOf((view) => {
    view.show("a.md", jobAnswer());
    view.show("a.md", jobAnswer());
    for (let done = 0; done <= 50; done += 1) view.show("a.md", running(done, 40 + done));
    view.show("a.md", completedJob());
  });
  const lines = text.trim().split("\n");
  expect(lines[0]).toBe("a.md: queued, position 1");
  expect(lines.at(-1)).toContain("a.md: completed");
  expect(lines).toHaveLength(8);
});

test("on a terminal what ends is printed for good, above one line of what runs", () => {
  const text = textOf((view) => {
    view.show("a.md", running(20, 45));
    view.show("longer.md", jobAnswer());
    view.say("Queue full");
    view.show("a.md", completedJob());
    view.drop();
  }, true);
  const rows = rowsOf(text, { columns: 120, rows: 40 });
  expect(rows).toEqual([
    "Queue full",
    "a.md: completed in 3.5 s: 12 chunks, 12 LLM + 1 embedding calls",
    "2 of 3  ████████████████░░░░░░░░  longer.md queued, position 1",
    "",
  ]);
});

test("control characters of names and messages do not reach the terminal", () => {
  const text = textOf((view) => {
    view.show("a\u001B[2J.md", running(20, 45));
    view.say("b\rc");
  }, true);
  expect(text).toContain("a�[2J.md");
  expect(text).toContain("b�c\n");
});
