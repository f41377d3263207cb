/**
 * Progress of jobs for people. On a terminal, finished jobs are printed for good above one live
 * line, so that no result leaves the screen without staying in its history. Elsewhere, one line is
 * printed for each notable change.
 */
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { bar, describe, held, running } from "./describe.ts";
import { type LiveLine, liveLineOn, type Terminal } from "./live-line.ts";

export interface ProgressView {
  /** Shows the latest state of a job next to its name. */
  readonly show: (name: string, job: JobAnswer) => void;
  /** Prints a line of text that stays. */
  readonly say: (line: string) => void;
  /** Counts a file that ended without a job. */
  readonly drop: () => void;
  /** Stops the view; the live line stays if jobs are still running. */
  readonly end: () => void;
}

export interface ViewOptions {
  /** Number of files that will be shown. @default 1 */
  readonly total?: number;
}

/** A view that shows nothing, for `--json`. */
export const noView: ProgressView = {
  show: () => {},
  say: () => {},
  drop: () => {},
  end: () => {},
};

export function progressView(
  { total = 1 }: ViewOptions = {},
  stream: Terminal = process.stderr,
): ProgressView {
  const live = liveLineOn(stream);
  return live === undefined ? linesOn(stream) : liveOn(live, total);
}

function liveOn(live: LiveLine, total: number): ProgressView {
  const jobs = new Map<string, JobAnswer>();
  let ended = 0;
  const draw = () => live.draw(overview(jobs, ended, total));
  return {
    show(name, job) {
      if (job.terminal) {
        jobs.delete(name);
        ended += 1;
        live.print(`${printable(name)}: ${printable(describe(job))}`);
      } else jobs.set(name, job);
      draw();
    },
    say(line) {
      live.print(printable(line));
      draw();
    },
    drop() {
      ended += 1;
      draw();
    },
    end: () => live.end(jobs.size > 0),
  };
}

/** The live line: how much is done, then what runs; its end is cut where the terminal ends. */
function overview(jobs: ReadonlyMap<string, JobAnswer>, ended: number, total: number): string {
  const running = [...jobs].map(([name, job]) => [printable(name), describe(job)] as const);
  const percent = [...jobs.values()].reduce((sum, job) => sum + job.progress, ended * 100) / total;
  const [only] = running;
  if (only === undefined) return "";
  if (total === 1) return `${only[0]}  ${bar(percent)} ${only[1]}`;
  const each = running.map(([name, state]) => `${name} ${state}`).join("  │  ");
  return `${ended} of ${total}  ${bar(percent)}  ${each}`;
}

/** Percent between two plain lines of one job. */
const lineStep = 10;

function linesOn(stream: NodeJS.WritableStream): ProgressView {
  const shown = new Map<string, { key: string; progress: number }>();
  return {
    ...noView,
    show(name, job) {
      const key = `${job.status} ${job.queue_position ?? ""} ${running(job).join()} ${held(job).join()}`;
      const before = shown.get(name);
      const little = job.progress - (before?.progress ?? -lineStep) < lineStep;
      if (before?.key === key && little) return;
      shown.set(name, { key, progress: job.progress });
      stream.write(`${printable(name)}: ${printable(describe(job))}\n`);
    },
    say: (line) => stream.write(`${printable(line)}\n`),
  };
}

/** Names of files and messages may hold control characters, which would move the cursor. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) => (character === "\n" ? character : "�"));
}
