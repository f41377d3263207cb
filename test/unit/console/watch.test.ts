import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CallError } from "../../../console/logic/api.ts";
import { createJobBook, type JobBook } from "../../../console/state/job-book.ts";
import {
  maxLongPolls,
  soonToChange,
  type Watch,
  watch,
  worthHolding,
} from "../../../console/state/watch.ts";
import type { JobAnswer } from "../../../lambdas/contract/calls/jobs.ts";
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

function start(): void {
  watching = watch({
    api: {
      jobs: ({ limit, cursor }) => {
        listings += 1;
        if (failing !== undefined) return Promise.reject(failing);
        const newest = [...records.values()].sort((a, b) => (a.job_id < b.job_id ? 1 : -1));
        const after = newest.filter(({ job_id }) => cursor === undefined || job_id < cursor);
        const page = after.slice(0, limit);
        const next = after.length > limit ? page.at(-1)?.job_id : undefined;
        return Promise.resolve({
          jobs: page,
          ...(next === undefined ? {} : { next_cursor: next }),
        });
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

/** Many jobs of which the oldest run, as when somebody sends them all at once. */
async function send(jobs: number, running: number): Promise<string[]> {
  const ids = [...Array(jobs).keys()].map((n) => `0${1_000 + n}`);
  start();
  await pass(0);
  for (const [n, id] of ids.entries()) put(id, n < running ? { status: "processing" } : {});
  // The page has them from its own answers.
  book.merge([...records.values()]);
  return ids;
}

test("a page whose jobs run beyond the first page of the listing keeps within its key's quota too", async () => {
  const ids = await send(110, 10);
  const day = await callsADay(3_000, (turn) => {
    put(String(ids[turn % 10]), { status: "processing", version: turn + 2 });
  });
  expect(day).toBeLessThanOrEqual(78_000);
  expect(shortPolls).toEqual([]);
});

test("jobs that run beyond the first page are shown two rounds after the record, to their end", async () => {
  const ids = await send(110, 10);
  await pass(8_000);
  for (let version = 2; version < 20; version += 1) {
    for (const id of ids.slice(0, 10)) put(id, { status: "processing", version });
    await pass(2 * 1_500);
    const shown = ids.slice(0, 10).map((id) => book.jobs.value.get(id)?.version);
    expect(new Set(shown)).toEqual(new Set([version]));
  }
  for (const id of ids.slice(0, 10)) put(id, { status: "completed", version: 20 });
  for (const id of ids.slice(10, 20)) put(id, { status: "processing", version: 2 });
  await pass(2 * 1_500);
  const states = (some: string[]) => new Set(some.map((id) => book.jobs.value.get(id)?.status));
  expect(states(ids.slice(0, 10))).toEqual(new Set(["completed"]));
  expect(states(ids.slice(10, 20))).toEqual(new Set(["processing"]));
});

test("all of a long queue are followed to their ends, though none is near the first page at first", async () => {
  const ids = await send(400, 10);
  for (let from = 0; from < 400; from += 10) {
    for (const id of ids.slice(from, from + 10)) put(id, { status: "completed", version: 3 });
    for (const id of ids.slice(from + 10, from + 20)) put(id, { status: "processing", version: 2 });
    await pass(15_000);
    expect(book.jobs.value.get(String(ids[from]))?.status).toBe("completed");
  }
  const open = [...book.jobs.value.values()].filter(({ terminal }) => !terminal);
  expect(open).toEqual([]);
});

test("a job that has expired is not looked for again and again", async () => {
  const ids = await send(110, 1);
  for (const id of ids.slice(1)) put(id, { status: "completed", version: 2 });
  records.delete(String(ids[0]));
  await pass(30_000);
  const before = listings;
  put("02A", { status: "processing" });
  await pass(1_999);
  expect(book.jobs.value.has("02A")).toBe(true);
  expect(listings - before).toBeLessThanOrEqual(2);
});

test("all jobs that run are soon to change, and of the waiting the next ones", () => {
  const open = [
    ...["5", "6", "7", "8"].map((id) => job(id)),
    job("1", { status: "processing" }),
    job("9", { status: "processing" }),
  ];
  expect(soonToChange(open)).toEqual(["1", "9", "5", "6", "7"]);
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
