/** Retries one job or several. */
import pMap from "p-map";
import { isTextKept } from "../../lambdas/contract/retention.ts";
import type { Client } from "../client.ts";
import { ApiError } from "../errors.ts";
import { onInterrupt } from "../interrupt.ts";
import type { Output } from "../output.ts";
import { type Outcome, outcomeOf, report } from "../progress/outcomes.ts";
import { follow, statusOf, viewFor } from "../session.ts";
import { details, watch } from "./watch.ts";

/** Number of jobs retried and followed at the same time. */
const parallelJobs = 4;

interface Retrying {
  readonly client: Client;
  readonly out: Output;
  /** Whether jobs are followed to their end. */
  readonly watch: boolean;
}

/** The ids of all failed jobs of the tenant that a retry can help, newest first. */
export async function failedJobs(client: Client, nowMs = Date.now()): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.jobs({
      status: "failed",
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const { job_id, error, submitted_at } of page.jobs) {
      if (error?.retryable === true && isTextKept(submitted_at, nowMs)) ids.push(job_id);
    }
    cursor = page.next_cursor;
  } while (cursor !== undefined);
  return ids;
}

/** @returns the exit status */
export function retryJobs(ids: readonly string[], retrying: Retrying): Promise<0 | 1> {
  const [id, ...others] = ids;
  return id !== undefined && others.length === 0 ? retryOne(id, retrying) : retryAll(ids, retrying);
}

async function retryOne(id: string, { client, out, ...options }: Retrying): Promise<0 | 1> {
  const accepted = await client.retry(id);
  out.result(`Job ${id} is queued again at position ${accepted.queue_position}.`, accepted);
  if (!options.watch) return 0;
  const job = await watch(client, id, out);
  if (!out.json) out.result(details(job), job);
  return statusOf(job);
}

async function retryAll(ids: readonly string[], retrying: Retrying): Promise<0 | 1> {
  const { client, out } = retrying;
  const view = viewFor(out.json, ids.length);
  const following = new Set<string>();
  const stopListening = onInterrupt(() => following, view.end);

  const retry = async (id: string): Promise<Outcome> => {
    try {
      const accepted = await client.retry(id);
      if (out.json) out.result("", { type: "accepted", ...accepted });
      if (!retrying.watch) {
        view.say(`${id}: queued again at position ${accepted.queue_position}`);
        return { name: id, kind: "queued" };
      }
      following.add(id);
      const job = await follow(client, id, id, view, {
        waitSeconds: 0,
        onChange: (state) => {
          if (out.json) out.result("", { type: "job", ...state });
        },
      });
      following.delete(id);
      return outcomeOf(id, job);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (out.json) out.result("", { type: "error", job_id: id, ...error.answer });
      view.say(`${id}: ${error.message}`);
      view.drop();
      return { name: id, kind: "failed", reason: error.message };
    }
  };

  const outcomes = await pMap(ids, retry, { concurrency: parallelJobs }).finally(() => {
    stopListening();
    view.end();
  });
  report(outcomes, out, "job");
  return outcomes.some(({ kind }) => kind === "failed" || kind === "cancelled") ? 1 : 0;
}
