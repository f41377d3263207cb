import type { ReindexAnswer, ReindexRequest } from "../../contract/calls/reindex.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { Caller } from "../../records/api-keys/api-keys.ts";
import type { Reindex, ReindexStore } from "../../records/reindexes/reindex.ts";
import type { ReembedTrigger } from "../../scheduling/reembed-trigger.ts";
import { assertOperator } from "../operator.ts";

const forOperators = "reindex, because the calls of the embedding model are paid for";

export interface ReindexPorts {
  readonly reindexes: ReindexStore;
  readonly trigger: ReembedTrigger;
  readonly clock: Clock;
}

/**
 * Begins a reindex, or ends the one that runs. Asked while one runs, it changes nothing but lets
 * the next documents move at once instead of within a minute.
 * @throws RequestRefusedError `forbidden` if the key is not an operator's, because calls are paid for
 */
export async function reindex(
  caller: Caller,
  { tenant = caller.tenant, cancel = false }: ReindexRequest,
  ports: ReindexPorts,
  embeddingModel: string,
): Promise<ReindexAnswer> {
  assertOperator(caller, forOperators);
  const current = await ports.reindexes.read(tenant);
  const now = isoTime(ports.clock);
  if (cancel) {
    const ended = current && { ...current, status: "cancelled" as const, updatedAt: now };
    if (current?.status === "running" && ended) await ports.reindexes.note(ended);
    return viewReindex(tenant, await ports.reindexes.read(tenant), embeddingModel);
  }
  const runs = current?.status === "running" && current.embeddingModel === embeddingModel;
  const begun: Reindex = {
    tenant,
    embeddingModel,
    status: "running",
    total: 0,
    remaining: 0,
    startedAt: now,
    updatedAt: now,
  };
  if (!runs) await ports.reindexes.begin(begun);
  await ports.trigger.run(tenant);
  return viewReindex(tenant, await ports.reindexes.read(tenant), embeddingModel);
}

/** @throws RequestRefusedError `forbidden` if the key is not an operator's */
export async function reindexState(
  caller: Caller,
  tenant: string,
  { reindexes }: Pick<ReindexPorts, "reindexes">,
  embeddingModel: string,
): Promise<ReindexAnswer> {
  assertOperator(caller, forOperators);
  return viewReindex(tenant, await reindexes.read(tenant), embeddingModel);
}

function viewReindex(
  tenant: string,
  reindex: Reindex | undefined,
  configured: string,
): ReindexAnswer {
  if (reindex === undefined) {
    return {
      tenant,
      status: "none",
      embedding_model: configured,
      documents_total: 0,
      documents_moved: 0,
    };
  }
  const { status, embeddingModel, total, remaining, startedAt, updatedAt, message } = reindex;
  return {
    tenant,
    status,
    embedding_model: embeddingModel,
    documents_total: total,
    documents_moved: total - remaining,
    started_at: startedAt,
    updated_at: updatedAt,
    ...(message === undefined ? {} : { message }),
  };
}
