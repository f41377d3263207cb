import pMap from "p-map";
import { decodeTime } from "ulid";
import { type Clock, isoTime } from "../../platform/clock.ts";
import {
  type Attempt,
  type AttemptId,
  attemptId,
  parseAttemptId,
} from "../../records/jobs/attempt.ts";
import { endedAt, hasEnded, isTerminal, type Job } from "../../records/jobs/job.ts";
import type { JobStore, NotedAttempt } from "../../records/jobs/job-store.ts";
import type { Gate, ReleaseDetails } from "../gate/gate.ts";
import type { GateState } from "../gate/gate-state.ts";
import { endingAgeMs, orphanAgeMs } from "../limits.ts";
import type { Finisher, WakeQueue, Workflow } from "../orchestration.ts";

export interface SweepPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly workflow: Workflow;
  readonly finisher: Finisher;
  readonly queue: WakeQueue;
  readonly clock: Clock;
}

export interface SweepSettings {
  /** How long a job may run besides the work on its chunks. */
  readonly jobTimeoutMs: number;
  /** See `workMsPerChunk` in `scheduling/limits.ts`. */
  readonly workMsPerChunk: number;
}

/** What was repaired, or nothing; `failed` when a port did not answer, which the next sweep repairs. */
export type Repair = "none" | "released" | "readmitted" | "finished" | "started" | "failed";
export type Repairs = ReadonlyMap<AttemptId, Repair>;

/** Thousands may wait, and one after the other they would take longer than a sweep may. */
const jobsAtOnce = 10;

/**
 * Once a minute: repairs what crashes and lost messages left, from the gate to
 * the jobs and from the unfinished jobs to the gate. It infers nothing from
 * absence, and acts only by conditional operations, so that a sweep at the
 * wrong moment harms nothing.
 */
export async function sweep(ports: SweepPorts, settings: SweepSettings): Promise<Repairs> {
  // Before the gate: an attempt is noted after its admission, so one that is missing there was released.
  const unfinished = await ports.jobs.unfinished();
  const gate = await ports.gate.read();
  const held = [...new Set([...gate.admitted, ...gate.tenants.keys()])].map((id) => ({
    id,
    repair: () => repairHeld(id, gate, ports, settings),
  }));
  const lost = unfinished
    .filter((noted) => !gate.admitted.has(attemptId(noted)))
    .map((noted) => ({ id: attemptId(noted), repair: () => restoreLost(noted, ports) }));
  const repairs = await pMap(
    [...held, ...lost],
    // One job that cannot be repaired now must not keep the others from it.
    async ({ id, repair }) => [id, await repair().catch(() => "failed" as const)] as const,
    { concurrency: jobsAtOnce },
  );
  await ports.queue.wake("sweep");
  return new Map(repairs);
}

/** An unfinished job without a slot gets it back; a note of a job that has ended goes. */
async function restoreLost(noted: NotedAttempt, ports: SweepPorts): Promise<Repair> {
  const lookedAtMs = ports.clock.now();
  const job = await ports.jobs.read(noted.jobId);
  if (job === undefined || job.attempt < noted.attempt) {
    const sinceMs = Math.max(admissionOf(noted, job), noted.notedAtMs);
    if (lookedAtMs - sinceMs > orphanAgeMs) await ports.jobs.forgetUnfinished(noted);
    return "none";
  }
  if (job.attempt > noted.attempt || (hasEnded(job) && job.announced)) {
    await ports.jobs.forgetUnfinished(noted);
    return "none";
  }
  if (isEndingNow(job, lookedAtMs)) return "none";
  if (hasEnded(job)) {
    await ports.finisher.finish(noted, { kind: "ended" });
    return "finished";
  }
  await ports.gate.readmit(attemptId(noted), job.tenant);
  return "readmitted";
}

async function repairHeld(
  id: AttemptId,
  gate: GateState,
  ports: SweepPorts,
  settings: SweepSettings,
): Promise<Repair> {
  const tenant = gate.tenants.get(id);
  const details = tenant === undefined ? {} : { tenant };
  // A function of a release before tenants were kept has given it back.
  if (!gate.admitted.has(id)) return release(id, details, ports);
  return repairJob(id, details, gate.active.has(id), ports, settings);
}

async function repairJob(
  id: AttemptId,
  held: ReleaseDetails,
  active: boolean,
  ports: SweepPorts,
  settings: SweepSettings,
): Promise<Repair> {
  const attempt = parseAttemptId(id);
  // A read may take long: what it does not find was missing at this moment, and not at its end.
  const lookedAtMs = ports.clock.now();
  const job = await ports.jobs.read(attempt.jobId);
  if (job === undefined || job.attempt < attempt.attempt) {
    const admittedAtMs = admissionOf(attempt, job);
    return lookedAtMs - admittedAtMs > orphanAgeMs ? release(id, held, ports) : "none";
  }
  if (job.attempt > attempt.attempt) return release(id, { tenant: job.tenant }, ports);
  if (isEndingNow(job, lookedAtMs)) return "none";
  if (isTerminal(job.status)) {
    await ports.finisher.finish(attempt, { kind: "ended" });
    return "finished";
  }
  if (job.cancelRequestedAt !== undefined) {
    await ports.finisher.finish(attempt, { kind: "cancelled" });
    return "finished";
  }
  if (!active) return "none";
  return isOverdue(job, ports.clock, settings)
    ? endOverdue(id, ports)
    : keepRunning(id, job, ports, settings);
}

/** Submissions and retries are admitted before their job is written; younger ones may be under way. */
function admissionOf({ jobId }: Attempt, job: Job | undefined): number {
  return job === undefined
    ? decodeTime(jobId)
    : Date.parse(job.retryRequestedAt ?? job.submittedAt);
}

/**
 * Finish writes the end, tells and counts it, and gives the slot back last; a
 * cancel is asked for and then finished. In between nothing is lost yet: it
 * would be done twice, and counted as a repair, which rings.
 */
function isEndingNow(job: Job, nowMs: number): boolean {
  const since = hasEnded(job) ? endedAt(job) : job.cancelRequestedAt;
  return since !== undefined && nowMs - Date.parse(since) < endingAgeMs;
}

async function release(id: AttemptId, details: ReleaseDetails, ports: SweepPorts): Promise<Repair> {
  await ports.gate.release(id, details);
  return "released";
}

/** The time for its work is added once the document is chunked, so that it grows with the document. */
function isOverdue(job: Job, clock: Clock, settings: SweepSettings): boolean {
  if (job.status !== "processing") return false;
  const workMs = (job.chunking?.chunkCount ?? 0) * settings.workMsPerChunk;
  return clock.now() > Date.parse(job.deadlineAt) + workMs;
}

async function endOverdue(id: AttemptId, ports: SweepPorts): Promise<Repair> {
  await ports.finisher.finish(parseAttemptId(id), { kind: "overdue" });
  await ports.workflow.stop(id);
  return "finished";
}

/**
 * Looks how the execution is, and makes a start or an end good that got lost.
 * Looking comes first because AWS answers a repeated start of a running
 * execution like the first one: each running job would count as a repair. One
 * that is not found may merely not be seen yet; to start it again under its
 * name does nothing then.
 */
async function keepRunning(
  id: AttemptId,
  job: Job,
  ports: SweepPorts,
  settings: SweepSettings,
): Promise<Repair> {
  const attempt = parseAttemptId(id);
  if (job.status === "queued") {
    const deadlineAt = new Date(ports.clock.now() + settings.jobTimeoutMs).toISOString();
    const marked = await ports.jobs.start(attempt, { startedAt: isoTime(ports.clock), deadlineAt });
    if (marked === "refused") return "none";
  }
  const { status, error } = await ports.workflow.describe(id);
  switch (status) {
    case "running":
      return "none";
    case "unknown":
      return (await ports.workflow.start(attempt)) === "started" ? "started" : "none";
    case "succeeded":
      await ports.finisher.finish(attempt, { kind: "ended" });
      return "finished";
    case "failed":
      await ports.finisher.finish(
        attempt,
        error ? { kind: "failed", failure: error } : { kind: "ended" },
      );
      return "finished";
  }
}
