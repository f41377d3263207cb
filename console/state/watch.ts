/**
 * Keeps the page up to date within the daily quota of its key. Changing jobs are followed by one
 * listing per round for all of them. A few quiet jobs are followed by long polls, which report a
 * change as it happens and save listings. The number of long polls is limited, because each holds a
 * function and one of the six connections of a browser to a host.
 */
import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import type { Api } from "../logic/api.ts";
import { createDepths } from "./depths.ts";
import type { JobBook } from "./job-book.ts";

export interface WatchOptions {
  readonly api: Pick<Api, "job" | "jobs" | "health">;
  readonly book: JobBook;
  /** The job in the job view, if it is open. */
  readonly focus: () => string | undefined;
  /** A hidden page sends no requests. */
  readonly visible: () => boolean;
  readonly onHealth: (health: HealthAnswer) => void;
  readonly onPage: (nextCursor: string | undefined) => void;
  /** The error of the last round; cleared by a success. */
  readonly onProblem: (problem: unknown) => void;
  readonly clock: WatchClock;
}

export interface WatchClock {
  now(): number;
  /** Ends early, without an error, if the signal aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Watch {
  /** Starts a round now: a document was sent, or the page became visible. */
  wake(): void;
  stop(): void;
}

export const maxLongPolls = 3;
const longPollSeconds = 10;
/** With the round trip, the page stays within two seconds of the record. */
const roundMs = 1_500;
/**
 * A page without changes may stay open overnight at its key's expense, for example while its jobs
 * wait out an outage. A change reported by a long poll wakes it.
 */
const asleepMs = 8_000;
const sleepsAfterMs = 10 * 60_000;
/**
 * Every fourth round polls what is less urgent: the health while there is work, the listing while
 * there is none.
 */
const seldom = 4;
/**
 * A job that changed in the last minute is moving: long polls would return soon and together cost
 * more than a listing.
 */
const movesForMs = 60_000;
const hiddenMs = 1_000;
const worstPauseMs = 30_000;
/** How long to go without long polls after one failed or was not held: the account may have few functions. */
const withoutLongPollsMs = 60_000;
/** A long poll that ends sooner without a change was not held. */
const heldMs = 1_000;
export const listedJobs = 50;
/** With the first page, more than the 110 jobs that are queued and running at most by default. */
const listedBeyond = 100;
/** Number of queued jobs beyond the first page that are looked for: the next to start. */
const oldestQueued = 3;

export function watch(options: WatchOptions): Watch {
  const { api, book, clock } = options;
  const ended = new AbortController();
  let pause = new AbortController();
  let longPollsOffUntil = 0;
  let turn = 0;
  /** There was work at the last health check, though perhaps not this key's. */
  let stirring = false;
  let movedAt = clock.now();
  const changedAt = new Map<string, number>();
  const held = new Set<string>();
  const depths = createDepths();

  const open = () => [...book.jobs.peek().values()].filter((job) => !job.terminal);

  const asleep = () => clock.now() - movedAt >= sleepsAfterMs;
  const moves = (job: JobAnswer) =>
    clock.now() - (changedAt.get(job.job_id) ?? Number.NEGATIVE_INFINITY) < movesForMs;

  function take(answers: readonly JobAnswer[]): void {
    const known = book.jobs.peek();
    const news = answers.filter((job) => job.version > (known.get(job.job_id)?.version ?? -1));
    const slept = asleep();
    for (const job of news) {
      movedAt = clock.now();
      if (job.terminal) changedAt.delete(job.job_id);
      else if (known.has(job.job_id)) changedAt.set(job.job_id, movedAt);
    }
    book.merge(answers);
    if (slept && !asleep()) pause.abort();
  }

  async function round(): Promise<void> {
    const jobs = open();
    const busy = jobs.length > 0;
    const covered = busy ? jobs.every((job) => held.has(job.job_id)) : !stirring;
    const lists = !covered || turn % seldom === 0;
    const asks = !(busy || stirring) || turn % seldom === 0;
    // The oldest jobs run first, so with many queued jobs, the moving ones are beyond the first
    // page.
    const moving = soonToChange(jobs);
    const firstIn = moving.some((id) => depths.inFirst(id)) ? 2 : seldom;
    const cursor = turn % firstIn === 0 ? undefined : depths.toward(moving);
    turn += 1;
    const [health] = await Promise.all([
      asks ? api.health() : undefined,
      lists ? list(cursor) : undefined,
    ]);
    if (ended.signal.aborted || health === undefined) return;
    options.onHealth(health);
    // Another client may have sent a document.
    stirring = health.queue_size + health.active_jobs > 0;
    if (stirring && !busy && !lists) await list();
  }

  async function list(cursor?: string): Promise<void> {
    const page = await api.jobs(
      cursor === undefined ? { limit: listedJobs } : { limit: listedBeyond, cursor },
    );
    if (ended.signal.aborted) return;
    take(page.jobs);
    depths.take(page, cursor);
    if (cursor === undefined) options.onPage(page.next_cursor);
  }

  function holdLongPolls(): void {
    if (ended.signal.aborted || clock.now() < longPollsOffUntil || !options.visible()) return;
    const jobs = open();
    // If one job needs the listing, the listing covers all; but a sleeping page lists rarely.
    const tooMany = jobs.length > maxLongPolls && !asleep();
    if (tooMany || jobs.some(moves)) return;
    const free = maxLongPolls - held.size;
    for (const job of worthHolding(jobs, options.focus(), held).slice(0, free)) {
      held.add(job.job_id);
      void hold(job).finally(() => {
        held.delete(job.job_id);
        holdLongPolls();
      });
    }
  }

  async function hold(job: JobAnswer): Promise<void> {
    const askedAt = clock.now();
    try {
      const answer = await api.job(job.job_id, {
        waitSeconds: longPollSeconds,
        afterVersion: job.version,
      });
      take([answer]);
      const early = clock.now() - askedAt < heldMs;
      if (early && answer.version === job.version) doWithoutLongPolls();
    } catch {
      doWithoutLongPolls();
    }
  }

  function doWithoutLongPolls(): void {
    longPollsOffUntil = clock.now() + withoutLongPollsMs;
  }

  async function run(): Promise<void> {
    let failures = 0;
    while (!ended.signal.aborted) {
      pause = new AbortController();
      if (!options.visible()) {
        await clock.sleep(hiddenMs, AbortSignal.any([pause.signal, ended.signal]));
        continue;
      }
      try {
        await round();
        failures = 0;
        if (!ended.signal.aborted) options.onProblem(undefined);
        holdLongPolls();
      } catch (error) {
        failures += 1;
        // Everything is requested again: a partial success would clear the problem.
        turn = 0;
        if (!ended.signal.aborted) options.onProblem(error);
      }
      const calmMs = asleep() ? asleepMs : roundMs;
      const restMs = failures === 0 ? calmMs : Math.min(worstPauseMs, roundMs * 2 ** failures);
      await clock.sleep(restMs, AbortSignal.any([pause.signal, ended.signal]));
    }
  }

  void run();
  const wake = () => {
    turn = 0;
    movedAt = clock.now();
    pause.abort();
  };
  return { wake, stop: () => ended.abort() };
}

/** Jobs that may change soon, wherever they are in the listing: running jobs, and the next to start. */
export function soonToChange(open: readonly JobAnswer[]): string[] {
  const idsOf = (status: JobAnswer["status"]) =>
    open.filter((job) => job.status === status).map((job) => job.job_id);
  return [...idsOf("processing"), ...idsOf("queued").sort().slice(0, oldestQueued)];
}

/** The jobs worth a long poll: the open one first, then those closest to their end. */
export function worthHolding(
  open: readonly JobAnswer[],
  focus: string | undefined,
  held: ReadonlySet<string>,
): JobAnswer[] {
  const running = (job: JobAnswer) => (job.status === "processing" ? 1 : 0);
  const weight = (job: JobAnswer) => (job.job_id === focus ? 1_000 : job.progress + running(job));
  return open.filter((job) => !held.has(job.job_id)).sort((a, b) => weight(b) - weight(a));
}
