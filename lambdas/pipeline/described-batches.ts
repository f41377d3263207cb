/**
 * The outcomes of the metadata stage. Each attempt keeps its own, so that a run of an earlier attempt
 * that goes on after its end replaces none of a later one.
 */
import { permanentJobErrors } from "../contract/job-errors.ts";
import type { BatchTask } from "../records/jobs/attempt.ts";
import type { DescribedChunk } from "../records/jobs/chunk.ts";
import { objectKeys } from "../records/objects/object-keys.ts";
import { ObjectMissingError, type ObjectStore } from "../records/objects/objects.ts";
import { decodeDescribed } from "./batches.ts";

export interface DescribedBatch {
  /** Whose outcomes they are. */
  readonly attempt: number;
  readonly chunks: readonly DescribedChunk[];
}

export async function keepDescribed(
  { jobId, attempt, batch }: BatchTask,
  chunks: readonly DescribedChunk[],
  objects: ObjectStore,
): Promise<void> {
  await objects.put(objectKeys(jobId).described(batch, attempt), JSON.stringify(chunks));
}

/** Those of the latest attempt that has some, up to the task's; `undefined` if none has. */
export async function readDescribed(
  { jobId, attempt: last, batch }: BatchTask,
  objects: ObjectStore,
): Promise<DescribedBatch | undefined> {
  const { described } = objectKeys(jobId);
  for (let attempt = last; attempt >= 1; attempt--) {
    try {
      return { attempt, chunks: decodeDescribed(await objects.get(described(batch, attempt))) };
    } catch (error) {
      if (!(error instanceof ObjectMissingError)) throw error;
    }
  }
  return undefined;
}

/**
 * Chunks of a batch that are without metadata for good, as far as its attempt can tell: not those that
 * a retry asks about again.
 */
export async function countWithout(
  task: BatchTask,
  isDone: boolean,
  objects: ObjectStore,
): Promise<number> {
  const described = await readDescribed(task, objects);
  if (described === undefined) return 0;
  const { attempt, chunks } = described;
  const isOfEarlier = attempt < task.attempt;
  return chunks.filter(
    (chunk) => "failure" in chunk && !(isOfEarlier && (!isDone || isUnanswered(chunk))),
  ).length;
}

/**
 * Whether a retry does a batch again that is done: it has chunks for which the asks of an earlier
 * attempt were used up, and the provider may describe them now. What it refused for good is not asked
 * again.
 */
export async function isToRepeat(task: BatchTask, objects: ObjectStore): Promise<boolean> {
  if (task.attempt === 1) return false;
  const described = await readDescribed(task, objects);
  return described === undefined || described.chunks.some(isUnanswered);
}

function isUnanswered(chunk: DescribedChunk): boolean {
  return "failure" in chunk && !permanentJobErrors.has(chunk.failure.code);
}
