import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { accepted, type ScriptedApi, scriptedApi } from "../../support/cli/scripted-api.ts";
import { sluice } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-patience-"));
  file = join(folder, "a.md");
  writeFileSync(file, "Text.");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => api?.close());

const refusing = (
  code: string,
  details: { retry_after_seconds: number; [name: string]: unknown },
) =>
  scriptedApi(() => ({
    status: 503,
    headers: { "retry-after": String(details.retry_after_seconds) },
    body: { error: "Queue full", code, request_id: "r", ...details },
  }));

/** The two commands that queue work. */
const queueing: [command: string, args: () => string[]][] = [
  ["ingest", () => ["ingest", file]],
  ["retry", () => ["retry", "01JOB"]],
];

describe.each(queueing)("%s", (_, args) => {
  test("waits for a full queue, says so, and is accepted", async () => {
    const refused = (details: object) => ({
      status: 503,
      headers: { "retry-after": "1" },
      body: { error: "Queue full", code: "queue_full", request_id: "r", ...details },
    });
    const answers = [refused({ queue_size: 7 }), refused({}), { status: 202, body: accepted }];
    api = await scriptedApi((_call, nth) => answers[nth - 1] ?? refused({}));
    const { status, err } = await sluice(api.url, ...args());
    expect(status).toBe(0);
    expect(err).toContain(
      "The queue is full: 7 jobs wait (503 queue_full). Trying again in 1 s.\n" +
        "The queue is full (503 queue_full). Trying again in 1 s.\n",
    );
  });

  test("waits where a request is to be sent again, and does not ask the person to send it", async () => {
    const refused = {
      status: 503,
      headers: { "retry-after": "1" },
      body: {
        error: "Job 01JOB has only just ended. Nothing was stored. Send the request again.",
        code: "unavailable",
        request_id: "r",
      },
    };
    const answers = [refused, { status: 202, body: accepted }];
    api = await scriptedApi((_call, nth) => answers[nth - 1] ?? refused);
    const { status, err } = await sluice(api.url, ...args());
    expect(status).toBe(0);
    expect(err).toContain(
      "Job 01JOB has only just ended. Nothing was stored (503 unavailable). Trying again in 1 s.\n",
    );
  });

  test("says how many wait, when there may be room, that nothing was queued, and what to do, where the queue stays full for longer than it would wait", async () => {
    api = await refusing("queue_full", { queue_size: 100, retry_after_seconds: 10 });
    const { status, err } = await sluice(api.url, ...args(), "--patience", "5");
    expect(status).toBe(1);
    expect(err).toContain(
      "The queue is full: 100 jobs wait (503 queue_full). Nothing was queued. There may be room in about 10 s, but only 5 s of --patience are left. To wait longer, set --patience SECONDS\n",
    );
    expect(api.asked).toHaveLength(1);
  });

  test("does not wait for a paused intake, and says who opens it", async () => {
    const error = "Intake is paused (upgrade): no new work is accepted.";
    const since = "2026-01-01T00:00:00.000Z";
    api = await refusing("unavailable", { error, paused_since: since, retry_after_seconds: 1 });
    const { status, err } = await sluice(api.url, ...args());
    expect(status).toBe(1);
    expect(err).toContain(
      "Intake is paused (upgrade): no new work is accepted (503 unavailable). An operator can resume it with: npm run sluice -- resume\n",
    );
    expect(api.asked).toHaveLength(1);
  });
});

test("search waits for a query that cannot be embedded, and suggests --mode text", async () => {
  const error =
    'The query could not be embedded right now. Try again in a moment, or search by words with "mode": "text".';
  api = await refusing("unavailable", { error, retry_after_seconds: 10 });
  const { status, err } = await sluice(api.url, "search", "a", "--patience", "2");
  expect(status).toBe(1);
  expect(err).toContain("or search by words with --mode text (503 unavailable).");
  expect(err).toContain("It may succeed in about 10 s, but only 2 s of --patience are left.");
  expect(api.asked).toHaveLength(1);
});
