/** One job per `Idempotency-Key` and day, however often and however parallel the request comes. */

import type { AcceptedAnswer } from "../contract/calls/ingest.ts";
import { httpTimeoutSeconds } from "../contract/limits.ts";
import { RequestRefusedError } from "../contract/refusals.ts";
import { idempotencyMs } from "../contract/retention.ts";
import type { Clock } from "../platform/clock.ts";
import type { IdempotencyRecord, IdempotencyStore } from "../records/idempotency/idempotency.ts";
import type { JobStore } from "../records/jobs/job-store.ts";
import type { Gate } from "../scheduling/gate/gate.ts";
import type { GateLimits } from "../scheduling/gate/gate-state.ts";
import { accepted } from "./answers.ts";
import { keyInProgress } from "./refusals.ts";

export interface ClaimedRequest {
  readonly tenant: string;
  readonly idempotencyKey: string;
  readonly bodyHash: string;
  /** The id the job gets if this request is the first with its key. */
  readonly jobId: string;
}

interface Ports {
  readonly idempotency: IdempotencyStore;
  readonly jobs: JobStore;
  readonly gate: Gate;
  readonly clock: Clock;
}

/** How long a repeat waits for the first request, still under way, to answer. */
const waitForFirstMs = 5_000;
const pollMs = 200;
/** A claim without an answer after this belongs to a request that died. */
const deadClaimMs = httpTimeoutSeconds * 1_000 + 1_000;

/** @throws RequestRefusedError `idempotency_mismatch` if the key came with another body. */
export async function onceByKey(
  request: ClaimedRequest,
  ports: Ports,
  limits: GateLimits,
  accept: (jobId: string) => Promise<AcceptedAnswer>,
): Promise<AcceptedAnswer> {
  const { tenant, idempotencyKey: key, jobId } = request;
  const record = await settledClaim(request, ports);
  if (record.bodyHash !== request.bodyHash) {
    throw new RequestRefusedError(
      "idempotency_mismatch",
      "This Idempotency-Key was already used with a different body. Use a new key for a new request.",
    );
  }
  if (record.response !== undefined) return record.response as unknown as AcceptedAnswer;
  if (record.jobId !== jobId) return answerOf(record, request, ports, limits);
  const response = await accept(jobId).catch(async (error: unknown) => {
    // A key that cannot be freed now is free when its claim is dead; the request's own error says more.
    await freeUnlessAccepted(request, ports).catch(() => undefined);
    throw error;
  });
  // Without the kept answer a repeat is answered from the job, which names the same one.
  await ports.idempotency.complete(tenant, key, jobId, { ...response }).catch(() => undefined);
  return response;
}

/** Nothing was accepted, so the key is free again. If it was after all, the record must stay. */
async function freeUnlessAccepted(request: ClaimedRequest, ports: Ports): Promise<void> {
  const { tenant, idempotencyKey, jobId } = request;
  if ((await ports.jobs.read(jobId)) !== undefined) return;
  await ports.idempotency.forget(tenant, idempotencyKey, jobId);
}

/** Claims the key, waiting a moment for a first request that is still under way. */
async function settledClaim(request: ClaimedRequest, ports: Ports): Promise<IdempotencyRecord> {
  const until = ports.clock.now() + waitForFirstMs;
  for (;;) {
    const record = await claim(request, ports);
    if (isSettled(record, request)) return record;
    if (ports.clock.now() - record.claimedAtMs > deadClaimMs) {
      const successor = await replaceDead(record, request, ports);
      // Of several that find it dead one takes its place, and the others wait for that one.
      if (successor.jobId === record.jobId || isSettled(successor, request)) return successor;
    }
    if (ports.clock.now() >= until) throw keyInProgress();
    await ports.clock.sleep(pollMs);
  }
}

/** There is nothing to wait for: it is answered, or this request's own, or came with another body. */
function isSettled(record: IdempotencyRecord, request: ClaimedRequest): boolean {
  return (
    record.response !== undefined ||
    record.jobId === request.jobId ||
    record.bodyHash !== request.bodyHash
  );
}

function claim(
  request: ClaimedRequest,
  ports: Ports,
  replaces?: string,
): Promise<IdempotencyRecord> {
  const nowMs = ports.clock.now();
  return ports.idempotency.claim(request.tenant, request.idempotencyKey, {
    jobId: request.jobId,
    bodyHash: request.bodyHash,
    nowMs,
    expiresAtMs: nowMs + idempotencyMs,
    ...(replaces === undefined ? {} : { replaces }),
  });
}

/**
 * The first request died. If its job exists, that is the answer; if not, it
 * cannot come into being any more, and this request takes its place under an
 * id of its own: sweep may already have released the old one.
 */
async function replaceDead(
  record: IdempotencyRecord,
  request: ClaimedRequest,
  ports: Ports,
): Promise<IdempotencyRecord> {
  const exists = (await ports.jobs.read(record.jobId)) !== undefined;
  return exists ? record : claim(request, ports, record.jobId);
}

async function answerOf(
  record: IdempotencyRecord,
  request: ClaimedRequest,
  ports: Ports,
  limits: GateLimits,
): Promise<AcceptedAnswer> {
  const job = await ports.jobs.read(record.jobId);
  if (job === undefined) throw keyInProgress();
  const response = accepted(job, await ports.gate.read(), limits);
  await ports.idempotency.complete(request.tenant, request.idempotencyKey, record.jobId, {
    ...response,
  });
  return response;
}
