import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallError } from "../../../console/logic/api.ts";
import { createJobBook, type JobBook } from "../../../console/state/job-book.ts";
import {
  maxLongPolls,
  stragglers,
  type Watch,
  watch,
  worthHolding,
} from "../../../console/state/watch.ts";
import type { JobAnswer } from "../../../lambdas/domain/wire.ts";
import { job } from "./jobs.ts";

/** What the API holds, and what is asked of it. */
let records: Map<string, JobAnswer>;
let held: { jobId: string; answer: (job: JobAnswer) => void; fail: (error: Error) => void }[];
let listings: number;
let healthAsked: number;
let shortPolls: string[];
let visible: boolean;
let failing: CallError | undefined;
let problems: unknown[];
let book: JobBook;
let watching: Watch;

beforeEach(() => {
  vi.useFakeTimers();
  records = new Map();
  held = [];
  listings = 0;
  healthAsked = 0;
  shortPolls = [];
  visible = true;
  failing = undefined;
  problems = [];
  book = createJobBook();
});
afterEach(() => {
  watching.stop();
  vi.useRealTimers();
});

/** Changes a record, of which long polls tell. */
function put(id: string, changes: Partial<JobAnswer>): void {
  const record = job(id, changes);
  records.set(id, record);
  for (const poll of held) if (poll.jobId === id) poll.answer(record);
}

const calls = () => listings + healthAsked + shortPolls.length + held.length;
/** Calls of a day like the next hour, in which something happens every few seconds. */
async function callsADay(everyMs: number, happens: (turn: number) => void): Promise<number> {
  const before = calls();
  for (let turn = 0; turn * everyMs < 3_600_000; turn += 1) {
    happens(turn);
    await pass(everyMs);
  }
  return (calls() - before) * 24;
}

/** @param listed how many jobs the listing shows */
function start(listed = 50): void {
  watching = watch({
    api: {
      jobs: () => {
        listings += 1;
        if (failing !== undefined) return Promise.reject(failing);
        const newest = [...records.values()].sort((a, b) => (a.job_id < b.job_id ? 1 : -1));
        return Promise.resolve({ jobs: newest.slice(0, listed) });
      },
      job: (jobId, poll) => {
        const record = records.get(jobId);
        if (record === undefined) return Promise.reject(new CallError("not_found", "gone"));
        if (poll === undefined) {
          shortPolls.push(jobId);
          return Promise.resolve(record);
        }
        const { waitSeconds } = poll;
        return new Promise((answer, fail) => {
          held.push({ jobId, answer, fail });
          setTimeout(() => answer(records.get(jobId) ?? record), waitSeconds * 1_000);
        });
      },
      health: () => {
        healthAsked += 1;
        const open = [...records.values()].filter(({ terminal }) => !terminal);
        return Promise.resolve({
          status: "ok",
          queue_size: 0,
          active_jobs: open.length,
          intake: "open" as const,
          version: "1",
        });
      },
    },
    book,
    focus: () => undefined,
    visible: () => visible,
    onHealth: () => {},
    onPage: () => {},
    onProblem: (met) => problems.push(met),
    clock: {
      now: () => Date.now(),
      sleep: (ms, signal) =>
        new Promise((resolve) => {
          setTimeout(resolve, ms);
          signal.addEventListener("abort", () => resolve());
        }),
    },
  });
}
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test.each([
  ["long polls tell of it", 1, false],
  ["long polls fail", 1, true],
  ["there are more jobs than long polls", 5, false],
])("what the record says is shown within two seconds where %s", async (_, jobs, fails) => {
  const ids = [...Array(jobs).keys()].map((n) => `01${n}`);
  for (const id of ids) put(id, { status: "processing", version: 1 });
  start();
  await pass(0);
  if (fails) held[0]?.fail(new CallError("unavailable", "no function is free"));
  for (let version = 2; version < 20; version += 1) {
    const restMs = version % 5 === 0 ? 65_000 : 0;
    await pass(restMs);
    for (const id of ids) put(id, { status: "processing", version });
    await pass(1_999);
    const shown = ids.map((id) => book.jobs.value.get(id)?.version);
    expect(shown).toEqual(ids.map(() => version));
  }
});

test.each([
  ["one job moves", 1, 3_000],
  ["thirty jobs move", 30, 3_000],
  ["three jobs move now and then", 3, 61_000],
  ["three jobs stand still", 3, undefined],
  ["thirty jobs stand still", 30, undefined],
])("a page on which %s all day leaves a fifth of its key's quota", async (_, jobs, everyMs) => {
  for (let n = 10; n < 10 + jobs; n += 1) put(`01${n}`, { status: "processing" });
  start();
  await pass(0);
  const day = await callsADay(everyMs ?? 60_000, (turn) => {
    if (everyMs === undefined) return;
    put(`01${10 + (turn % jobs)}`, { status: "processing", version: turn + 2 });
  });
  expect(day).toBeLessThan(80_000);
});

test("a page that fell asleep over jobs that stand still wakes with the first that moves", async () => {
  for (let n = 0; n < 10; n += 1) put(`01${n}`, { status: "processing", progress: n });
  start();
  await pass(11 * 60_000);
  expect(new Set(held.map(({ jobId }) => jobId)).size).toBe(maxLongPolls);
  put("019", { status: "processing", version: 2 });
  await pass(0);
  put("010", { status: "processing", version: 2 });
  await pass(1_999);
  expect(book.jobs.value.get("010")?.version).toBe(2);
});

test("a long poll tells of a change as it happens", async () => {
  put("01A", { status: "processing", version: 1 });
  start();
  await pass(0);
  held[0]?.answer(job("01A", { status: "processing", version: 2, progress: 40 }));
  await pass(0);
  expect(book.jobs.value.get("01A")?.progress).toBe(40);
});

test("no more than a few long polls are held, however many jobs run", async () => {
  for (let n = 0; n < maxLongPolls; n += 1) put(`01${n}`, { status: "processing" });
  start();
  await pass(5_000);
  expect(held.map(({ jobId }) => jobId)).toHaveLength(maxLongPolls);
  put("019", { status: "processing" });
  await pass(20_000);
  // Now the listing follows them all.
  expect(held).toHaveLength(maxLongPolls);
});

test("where long polls fail, short ones go on and no more long ones are tried for a while", async () => {
  put("01A", { status: "processing", version: 1 });
  start();
  await pass(0);
  held[0]?.fail(new CallError("unavailable", "no function is free"));
  put("01A", { status: "processing", version: 2 });
  await pass(30_000);
  expect(held).toHaveLength(1);
  expect(book.jobs.value.get("01A")?.version).toBe(2);
  await pass(40_000);
  expect(held).toHaveLength(2);
});

test("a long poll that is not held open is not asked in a loop", async () => {
  put("01A", { status: "processing", version: 1 });
  start();
  await pass(0);
  for (let n = 0; n < 50; n += 1) {
    held.at(-1)?.answer(job("01A", { status: "processing", version: 1 }));
    await pass(100);
  }
  expect(held.length).toBeLessThan(8);
});

test("jobs beyond the listing are followed to their end", async () => {
  put("01A", { status: "processing", version: 1 });
  start(1);
  await pass(0);
  expect(book.jobs.value.has("01A")).toBe(true);
  put("01B", { status: "queued" });
  put("01A", { status: "completed", version: 9 });
  await pass(3_000);
  expect(book.jobs.value.get("01A")?.status).toBe("completed");
  const asked = shortPolls.length;
  await pass(10_000);
  expect(shortPolls.length).toBe(asked);
});

test("of the jobs beyond the listing all that run are asked for, and of the waiting the next ones", () => {
  const open = [
    ...["5", "6", "7", "8"].map((id) => job(id)),
    job("1", { status: "processing" }),
    job("9", { status: "processing" }),
  ];
  const ids = stragglers(open, new Set(["9"])).map(({ job_id }) => job_id);
  expect(ids).toEqual(["1", "5", "6", "7"]);
});

test("the job that is looked at is held first, then those nearest to their end", () => {
  const open = [
    job("a", { status: "processing", progress: 10 }),
    job("b", { status: "processing", progress: 80 }),
    job("c", { status: "processing", progress: 50 }),
    job("d"),
  ];
  const order = worthHolding(open, "a", new Set(["c"])).map(({ job_id }) => job_id);
  expect(order).toEqual(["a", "b", "d"]);
});

test("a page that nobody sees asks for nothing, and looks at once when it is seen again", async () => {
  start();
  await pass(0);
  visible = false;
  await pass(20_000);
  const before = listings;
  await pass(60_000);
  expect(listings).toBe(before);
  visible = true;
  watching.wake();
  await pass(0);
  expect(listings).toBe(before + 1);
});

test("a job that somebody else sent is seen within two seconds", async () => {
  start();
  await pass(0);
  for (let n = 10; n < 20; n += 1) {
    await pass(7_300);
    put(`01${n}`, { status: "processing" });
    await pass(1_999);
    expect(book.jobs.value.has(`01${n}`)).toBe(true);
    put(`01${n}`, { status: "completed", version: 2 });
  }
});

test("a page on which nothing has moved for long asks seldom", async () => {
  put("01A", { status: "completed" });
  start();
  await pass(11 * 60_000);
  const before = listings + healthAsked;
  await pass(3_600_000);
  // An hour; a key has 100,000 requests a day.
  expect(listings + healthAsked - before).toBeLessThan(1_000);
});

test("trouble is told, asked after ever more seldom, and taken back when it is over", async () => {
  failing = new CallError("unreachable", "down");
  start();
  await pass(0);
  expect(problems.at(-1)).toBe(failing);
  await pass(120_000);
  expect(listings).toBeLessThan(10);
  failing = undefined;
  await pass(31_000);
  expect(problems.at(-1)).toBeUndefined();
});
