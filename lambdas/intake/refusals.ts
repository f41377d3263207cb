/** Why a job is not accepted now, as clients read it. */

import { RequestRefusedError } from "../contract/refusals.ts";
import {
  fullFor,
  type GateLimits,
  type GateState,
  type IntakePause,
  idsOf,
  queueSize,
} from "../scheduling/gate/gate-state.ts";

/** By then a place is free, if jobs end as they usually do. */
const fullRetrySeconds = 10;

/** The gate's reason to refuse this job now, if it has one. */
export function refusalBy(
  gate: GateState,
  limits: GateLimits,
  { jobId, tenant }: { readonly jobId: string; readonly tenant: string },
): RequestRefusedError | undefined {
  if (gate.paused !== undefined) return intakePaused(gate.paused);
  switch (fullFor(gate, limits, tenant)) {
    case "queue":
      return queueFull(gate, jobId);
    case "tenant":
      return tenantFull(gate, jobId, tenant);
    case undefined:
      return undefined;
  }
}

function intakePaused({ since, reason }: IntakePause): RequestRefusedError {
  const seconds = 30;
  const why = reason === undefined ? "" : ` (${reason})`;
  return new RequestRefusedError(
    "unavailable",
    `Intake is paused${why}. Nothing was stored. Accepted jobs continue. Send the request again later.`,
    { paused_since: since, retry_after_seconds: seconds },
    seconds,
  );
}

/** The 503 of a full queue; the id is for the logs and names no job. */
export function queueFull(gate: GateState, id: string): RequestRefusedError {
  return full("Queue full", { job_id: id, queue_size: queueSize(gate) });
}

/** The queue has room, but this tenant already holds as many places as it may. */
function tenantFull(gate: GateState, id: string, tenant: string): RequestRefusedError {
  const own = idsOf(gate, tenant);
  const waiting = own.filter((one) => !gate.active.has(one)).length;
  return full(
    `Your tenant has ${own.length} unfinished jobs and may not have more. Nothing was stored. Send the request again in ${fullRetrySeconds} seconds.`,
    { job_id: id, queue_size: waiting, scope: "tenant" },
  );
}

function full(message: string, details: Readonly<Record<string, unknown>>): RequestRefusedError {
  return new RequestRefusedError(
    "queue_full",
    message,
    { ...details, retry_after_seconds: fullRetrySeconds },
    fullRetrySeconds,
  );
}

/** Something that a request needs did not answer; nothing was kept of it. */
export function unavailable(what: string): RequestRefusedError {
  const seconds = 1;
  return new RequestRefusedError(
    "unavailable",
    `${what} Nothing was stored. Send the request again.`,
    { retry_after_seconds: seconds },
    seconds,
  );
}

/** Another request with the same key has not been answered yet; what it has stored is not known. */
export function keyInProgress(): RequestRefusedError {
  const seconds = 1;
  return new RequestRefusedError(
    "unavailable",
    `The first request with this Idempotency-Key is in progress. Send the same request again in ${seconds} second.`,
    { retry_after_seconds: seconds },
    seconds,
  );
}

/** The write of the job got no answer, and neither did the look at it. */
export function unknownOutcome(jobId: string): RequestRefusedError {
  const seconds = 60;
  return new RequestRefusedError(
    "unavailable",
    `Sluice does not know whether job ${jobId} was accepted. Check GET /v1/jobs/${jobId}. If it still answers 404 after ${seconds} seconds, send the request again.`,
    { job_id: jobId, retry_after_seconds: seconds },
    seconds,
  );
}
