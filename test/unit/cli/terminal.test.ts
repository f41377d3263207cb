import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  accepted,
  completedJob,
  jobAnswer,
  type ScriptedAnswer,
  type ScriptedApi,
  scriptedApi,
} from "../../support/cli/scripted-api.ts";
import { rowsOf, sluiceOnTerminal } from "../../support/cli/terminal.ts";
import { sluiceIn } from "../../support/deployment/sluice.ts";

let api: ScriptedApi | undefined;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-terminal-"));
  mkdirSync(join(folder, "docs"));
  for (const n of numbers) writeFileSync(join(folder, "docs", nameOf(n)), `Text ${n}.`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => api?.close());

const numbers = Array.from({ length: 60 }, (_, n) => n);
const nameOf = (n: number) =>
  `${String(n).padStart(2, "0")}-a-name-that-takes-some-room-日本語-in-a-narrow-terminal.md`;

/** The first ones are seen running before they end: 7 fails, 8 is refused, every twentieth is unchanged. */
async function ingesting() {
  const looks = new Map<string, number>();
  api = await scriptedApi(({ method, url, body }): ScriptedAnswer => {
    if (method === "POST") {
      const n = /^Text (\d+)/.exec((body as { text: string }).text)?.[1] ?? "";
      if (n === "8") {
        const refusal = { error: "Blank.", code: "empty_document", request_id: "r" };
        return { status: 400, body: refusal };
      }
      return { status: 202, body: { ...accepted, job_id: `01JOB${n}` } };
    }
    const job_id = /jobs\/(\w+)/.exec(url)?.[1] ?? "";
    const look = (looks.get(job_id) ?? 0) + 1;
    looks.set(job_id, look);
    if (look === 1 && Number(job_id.slice(5)) < 12) {
      const running = { job_id, status: "processing", progress: 40 * look, version: look } as const;
      return { status: 200, body: jobAnswer(running) };
    }
    return { status: 200, body: ended(job_id) };
  });
  return api;
}

function ended(job_id: string) {
  if (job_id === "01JOB7") {
    const error = {
      code: "provider_unavailable",
      message: "It said 500.",
      stage: "metadata",
      retryable: true,
    } as const;
    const submitted_at = new Date().toISOString();
    return jobAnswer({ job_id, submitted_at, status: "failed", terminal: true, error, version: 9 });
  }
  const job = completedJob({ job_id });
  const unchanged = Number(job_id.slice(5)) % 20 === 0;
  return { ...job, result: { ...job.result, unchanged } };
}

const last = `60 files: 55 stored, 3 unchanged, 2 failed
  docs/${nameOf(7)}: failed in metadata: It said 500 (provider_unavailable).
  docs/${nameOf(8)}: Blank (400 empty_document).
Resume the failed job with: npm run sluice -- retry 01JOB7 --watch
`;

describe("60 files leave every result in the history of the terminal, once, and the summary", () => {
  test.each([
    [80, 24],
    [0, 0],
    [20, 5],
  ])("of %i columns and %i rows", async (columns, rows) => {
    const { url } = await ingesting();
    const size = { columns, rows };
    const seen = await sluiceOnTerminal(size, folder, url, "ingest", "docs", "--watch");
    // Printed lines wrap in a narrow terminal.
    const text = seen.rows.map((row) => row.padEnd(columns || 80)).join("");
    const times = numbers.map((n) => text.split(`docs/${nameOf(n)}: `).length - 1);
    // A failure is repeated below the summary; that of a job has advice beside it.
    expect(times).toEqual(numbers.map((n) => (n === 7 ? 3 : n === 8 ? 2 : 1)));
    const expected = rowsOf(last, size)
      .map((row) => row.padEnd(columns || 80))
      .join("");
    expect(text.trimEnd().endsWith(expected.trimEnd())).toBe(true);
    // No remains of the live line.
    expect(text).not.toContain("█");
    expect(seen.status).toBe(1);
  });

  test("piped", async () => {
    const { url } = await ingesting();
    const { status, err } = await sluiceIn(folder, url, "ingest", "docs", "--watch");
    for (const n of numbers.filter((one) => one !== 8)) {
      const end = n === 7 ? "failed" : "completed";
      expect(err).toContain(`docs/${nameOf(n)}: ${end}`);
    }
    expect(err).toContain(`docs/${nameOf(8)}: Blank (400 empty_document).`);
    expect(err.endsWith(last)).toBe(true);
    expect(status).toBe(1);
  });
});
