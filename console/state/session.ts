/** The state for one key: its jobs, the files being sent, and the system's health. */
import { type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { HealthAnswer } from "../../lambdas/contract/calls/health.ts";
import { type Api, CallError, createApi } from "../logic/api.ts";
import { count } from "../logic/format.ts";
import { describe } from "../logic/jobs/pipeline.ts";
import { createJobBook, type JobBook } from "./job-book.ts";
import { createOutbox, type Outbox, type Upload } from "./outbox.ts";
import { type Watch, type WatchClock, watch } from "./watch.ts";

export interface Session {
  readonly api: Api;
  /** The API's URL. */
  readonly base: string;
  readonly book: JobBook;
  readonly outbox: Outbox;
  readonly health: ReadonlySignal<HealthAnswer | undefined>;
  /** Why the page is not up to date, if so. */
  readonly problem: ReadonlySignal<unknown>;
  /** The jobs of the listing's first page. */
  readonly nextCursor: ReadonlySignal<string | undefined>;
  /** Whether the listing has loaded once. */
  readonly ready: ReadonlySignal<boolean>;
  /** Read out by screen readers. */
  readonly announcement: Signal<string>;
  readonly focus: Signal<string | undefined>;
  readonly wake: () => void;
  readonly end: () => void;
}

export interface SessionOptions {
  readonly base: string;
  readonly key: string;
  readonly upload: Upload;
  readonly clock: WatchClock;
  readonly visible: () => boolean;
  /** The key is unknown or was revoked, or the token has expired. */
  readonly onForbidden: (why: string) => void;
}

export function openSession(options: SessionOptions): Session {
  const api = createApi(options.base, options.key);
  const announcement = signal("");
  const health = signal<HealthAnswer | undefined>(undefined);
  const problem = signal<unknown>(undefined);
  const nextCursor = signal<string | undefined>(undefined);
  const ready = signal(false);
  const focus = signal<string | undefined>(undefined);
  const ended = new AbortController();
  const book = createJobBook((job) => {
    announcement.value = `${job.document_id}: ${describe(job)}`;
  });

  const watching: Watch = watch({
    api,
    book,
    focus: () => focus.peek(),
    visible: options.visible,
    clock: options.clock,
    onHealth: (answer) => {
      health.value = answer;
    },
    onPage: (cursor) => {
      nextCursor.value = cursor;
      ready.value = true;
    },
    onProblem: (met) => {
      problem.value = met;
      if (!(met instanceof CallError)) return;
      if (met.code === "forbidden") {
        const isKey = (met.answer?.reason ?? "api_key") === "api_key";
        options.onForbidden(
          isKey ? "The stored API key is no longer valid. Enter another one." : met.message,
        );
      }
      if (met.code === "unauthenticated") {
        options.onForbidden("The token is no longer valid. Enter a new one.");
      }
    },
  });

  /** Immediately, not with the next round. */
  async function show(jobId: string): Promise<void> {
    const job = await api.job(jobId).catch(() => undefined);
    if (job !== undefined) book.merge([job]);
    watching.wake();
  }

  const outbox = createOutbox({
    api: () => api,
    upload: options.upload,
    now: () => options.clock.now(),
    newId: () => crypto.randomUUID(),
    after: (ms, call) => {
      void options.clock.sleep(ms, ended.signal).then(() => ended.signal.aborted || call());
    },
    onAccepted: (jobId, source) => {
      announcement.value = `${source.name} was accepted`;
      void show(jobId);
    },
  });

  return {
    api,
    base: options.base,
    book,
    outbox: {
      ...outbox,
      add: (sources) => {
        announcement.value = `Sending ${count(sources.length, "file")}`;
        outbox.add(sources);
      },
    },
    health,
    problem,
    nextCursor,
    ready,
    announcement,
    focus,
    wake: () => watching.wake(),
    end: () => {
      ended.abort();
      outbox.discardWaiting();
      watching.stop();
    },
  };
}
