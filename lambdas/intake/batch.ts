/** Many submissions in one request, each with the fate that it would have had alone. */

import pMap from "p-map";
import type { AcceptedAnswer, BatchItem } from "../contract/calls/ingest.ts";
import { httpTimeoutSeconds } from "../contract/limits.ts";
import { sha256 } from "../platform/sha256.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import { unavailable } from "./refusals.ts";
import { type SubmitPorts, submit } from "./submit.ts";

/** Submissions at the same time: each waits for some ten calls to stores, the first of them to one item. */
const parallel = 5;
/** No submission begins after this: one that is cut off would have no answer. */
const lastStartMs = (httpTimeoutSeconds - 9) * 1_000;

export interface BatchInput {
  readonly tenant: string;
  /** An item that is wrong is the error that says so. */
  readonly items: readonly (BatchItem | Error)[];
  /** Of the whole request. Items with a key of their own do not use it. */
  readonly idempotencyKey?: string;
}

/**
 * Submits each item. Those of one document follow each other in their order, so that its last
 * version is the last item's.
 * @returns for each item its 202, or why it is refused
 */
export async function submitBatch(
  { tenant, items, idempotencyKey }: BatchInput,
  ports: SubmitPorts,
  limits: GateLimits,
): Promise<(AcceptedAnswer | Error)[]> {
  const startedAt = ports.clock.now();
  const answers = new Map<number, AcceptedAnswer | Error>();
  const submitOne = async (item: BatchItem, index: number): Promise<AcceptedAnswer> => {
    if (ports.clock.now() - startedAt > lastStartMs) {
      throw unavailable("There was no time left for this document in the request.");
    }
    const { idempotency_key: own, ...request } = item;
    // No header can have a blank, so that this is no other request's key.
    const key = own ?? (idempotencyKey === undefined ? undefined : `${idempotencyKey} ${index}`);
    return submit(
      {
        tenant,
        request,
        bodyHash: sha256(JSON.stringify(request)),
        ...(key === undefined ? {} : { idempotencyKey: key }),
      },
      ports,
      limits,
    );
  };
  const byDocument = Map.groupBy(items.entries(), ([index, item]) =>
    item instanceof Error ? index : (item.document_id ?? index),
  );
  await pMap(
    byDocument.values(),
    async (ofOne) => {
      for (const [index, item] of ofOne) {
        const answer = item instanceof Error ? item : submitOne(item, index);
        answers.set(index, await Promise.resolve(answer).catch(asError));
      }
    },
    { concurrency: parallel },
  );
  return items.map((_, index) => answers.get(index) as AcceptedAnswer | Error);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
