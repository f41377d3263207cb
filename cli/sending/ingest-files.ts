/** Sends files, a few at a time, and follows their jobs if asked to. */
import { randomUUID } from "node:crypto";
import pMap from "p-map";
import type { Client } from "../client.ts";
import { ApiError, UnexpectedAnswerError, UnreachableError, UploadError } from "../errors.ts";
import { onInterrupt } from "../interrupt.ts";
import type { Output } from "../output.ts";
import { type Outcome, outcomeOf, report } from "../progress/outcomes.ts";
import type { ProgressView } from "../progress/view.ts";
import { advice, follow } from "../session.ts";
import { type Source, SourceError } from "../sources/sources.ts";
import { typed } from "../typed-command.ts";
import { send, type WholeDocument } from "./send.ts";

/** Number of files sent and followed at the same time. */
const parallelFiles = 4;

export interface Sending {
  readonly client: Client;
  readonly out: Output;
  readonly view: ProgressView;
  /** Whether jobs are followed to their end. */
  readonly watch: boolean;
  /** @throws SourceError */
  readonly document: (source: Source) => Promise<WholeDocument>;
}

interface Run extends Sending {
  readonly waitSeconds: number;
  /** Accepted jobs that have not ended yet. */
  readonly following: Set<string>;
  /** Whether the API has accepted a file. */
  accepted: boolean;
}

/**
 * A file that fails does not stop the others. Prints each result, and the summary if there are
 * several.
 * @throws UnreachableError if the API was never reached
 */
export async function ingestFiles(
  sources: readonly Source[],
  sending: Sending,
): Promise<readonly Outcome[]> {
  const { out, view } = sending;
  const run: Run = {
    ...sending,
    // Many long polls at once would hold as many functions.
    waitSeconds: sources.length > parallelFiles ? 0 : 10,
    following: new Set(),
    accepted: false,
  };
  const stopListening = onInterrupt(() => run.following, view.end);
  const outcomes = await pMap(sources, (source) => ingestFile(source, run), {
    concurrency: parallelFiles,
  }).finally(() => {
    stopListening();
    view.end();
  });
  if (sources.length > 1) report(outcomes, out, "file");
  return outcomes;
}

async function ingestFile(source: Source, run: Run): Promise<Outcome> {
  const { client, out, view, waitSeconds } = run;
  const { path: name } = source;
  try {
    // The idempotency key makes a repeated submission the same job, however the first one ended.
    const accepted = await send(client, await run.document(source), {
      idempotencyKey: randomUUID(),
      onUpload: (sizeBytes) => view.say(`${name}: uploading ${megabytes(sizeBytes)} MB`),
    });
    run.accepted = true;
    if (out.json) out.result("", { type: "accepted", file: name, ...accepted });
    if (!run.watch) {
      const way = typed(`job ${accepted.job_id} --watch`);
      view.say(`${name}: queued as job ${accepted.job_id}. Follow it: ${way}`);
      return { name, kind: "queued" };
    }
    run.following.add(accepted.job_id);
    const job = await follow(client, name, accepted.job_id, view, {
      waitSeconds,
      onChange: (state) => {
        if (out.json) out.result("", { type: "job", file: name, ...state });
      },
    });
    run.following.delete(accepted.job_id);
    const hint = advice(job);
    if (hint !== undefined) view.say(`${name}: ${hint}`);
    return outcomeOf(name, job);
  } catch (error) {
    return refused(source, error, run);
  }
}

/** @throws whatever is not about this file */
function refused({ path: name, file }: Source, error: unknown, run: Run): Outcome {
  const { out, view } = run;
  if (!isAboutOne(error)) throw error;
  // Nothing answers, so the other files would fail as well.
  if (error instanceof UnreachableError && !run.accepted) throw error;
  const reason = error.message;
  const answer = error instanceof ApiError ? error.answer : { error: reason };
  if (out.json) out.result("", { type: "error", file: name, ...answer });
  view.say(`${name}: ${reason}`);
  view.drop();
  const passes = error instanceof ApiError ? error.retryable : !(error instanceof SourceError);
  return {
    name,
    kind: "failed",
    reason,
    sendAgain: passes && file !== undefined,
  };
}

const perFileErrors = [ApiError, UploadError, SourceError, UnreachableError, UnexpectedAnswerError];

function isAboutOne(error: unknown): error is Error {
  return perFileErrors.some((kind) => error instanceof kind);
}

function megabytes(sizeBytes: number): string {
  return (sizeBytes / 1024 ** 2).toFixed(1);
}
