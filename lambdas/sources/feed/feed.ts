/**
 * Brings searches to what the records say: settles jobs that have ended, removes documents whose
 * objects are gone, and submits waiting objects while a slot is free. The backlog never takes a
 * place in the queue: a job of a source is admitted only if it can start at once (ADR 56).
 */
import pMap from "p-map";
import { type Chance, type Clock, isoTime } from "../../platform/clock.ts";
import { log } from "../../platform/log.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Gate } from "../../scheduling/gate/gate.ts";
import type { GateLimits } from "../../scheduling/gate/gate-state.ts";
import { type ChangePorts, type Changes, changing } from "../changes.ts";
import type { ListedState } from "../record-store.ts";
import { isOfOtherTenant, type Source } from "../source.ts";
import { whyOf } from "../why.ts";
import { type RemovePorts, removeGone } from "./remove-gone.ts";
import { settleEnded } from "./settle-ended.ts";
import { type SubmitObjectPorts, submitObject } from "./submit-object.ts";

export interface FeedPorts extends ChangePorts, RemovePorts, SubmitObjectPorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly clock: Clock;
  readonly chance: Chance;
}

/** Removals of one source in a run, so that other sources get their turn. */
const removalsAtMost = 50;
/** Settling reads a record and a job, submitting copies a file. */
const atOnce = 5;
/** Claims of functions that died, beside those of running jobs. */
const deadClaimsAtMost = 50;

/**
 * @param untilMs nothing is begun after this
 * @returns `more`: there is work left that no end of a job will wake it for
 */
export async function feed(
  sources: readonly Source[],
  ports: FeedPorts,
  limits: GateLimits,
  untilMs: number,
): Promise<"more" | "idle"> {
  const open: Source[] = [];
  let more = false;
  for (const source of inTurn(sources, ports.chance)) {
    await orNoted(source, ports, async (changes) => {
      const working = await keysIn(source, "working", limits.maxActive + deadClaimsAtMost, ports);
      await pMap(working, (key) => settleEnded(key, changes, ports), { concurrency: atOnce });
      const { pausedSince, sync } = await ports.sources.read(source.name);
      if (pausedSince !== undefined || isOfOtherTenant(source, sync)) return;
      open.push(source);
      more = (await removeSome(source, changes, ports, untilMs)) || more;
    });
  }
  for (const source of open) {
    await orNoted(source, ports, async (changes) => {
      more = (await submitWaiting(source, changes, ports, limits, untilMs)) || more;
    });
  }
  return more ? "more" : "idle";
}

/** What goes wrong with one source, such as a bucket that is gone, does not keep the others from their turn. */
async function orNoted(
  source: Source,
  ports: FeedPorts,
  work: (changes: Changes) => Promise<void>,
): Promise<void> {
  try {
    await changing(source, ports, work);
  } catch (error) {
    const message = `Objects of the source could not be worked on: ${whyOf(error, 400)}`;
    await ports.sources.noteProblem(source.name, { at: isoTime(ports.clock), message });
    log.error("a source could not be fed", { source: source.name, error });
  }
}

/** @returns whether some were removed and others may be left */
async function removeSome(
  source: Source,
  changes: Changes,
  ports: FeedPorts,
  untilMs: number,
): Promise<boolean> {
  const keys = await keysIn(source, "removing", removalsAtMost, ports);
  let removed = 0;
  for (const key of keys) {
    if (ports.clock.now() >= untilMs) return removed > 0;
    if (await removeGone(source, key, changes, ports)) removed += 1;
  }
  return removed > 0 && keys.length === removalsAtMost;
}

/** @returns whether there are objects left that no end of a job will wake the next run for */
async function submitWaiting(
  source: Source,
  changes: Changes,
  ports: FeedPorts,
  limits: GateLimits,
  untilMs: number,
): Promise<boolean> {
  for (let [worked, failed] = [false, false]; ; worked = true) {
    const free = await freeSlots(ports.gate, limits);
    if (free === 0) return false;
    if (ports.clock.now() >= untilMs) return worked;
    const keys = await keysIn(source, "waiting", free, ports);
    const outcomes = await pMap(keys, (key) => submitObject(source, key, changes, ports, limits), {
      concurrency: atOnce,
    });
    if (outcomes.includes("full")) return false;
    const hasFailed = outcomes.includes("failed");
    failed ||= hasFailed;
    // An object that was passed over is not tried again in this run: the index may not know yet.
    if (!hasFailed && !outcomes.includes("submitted")) return failed;
  }
}

/** Jobs that could start now. Whoever waits in the queue goes first. */
async function freeSlots(gate: Gate, { maxActive }: GateLimits): Promise<number> {
  const { admitted, paused } = await gate.read();
  return paused === undefined ? Math.max(0, maxActive - admitted.size) : 0;
}

async function keysIn(
  { name }: Source,
  state: ListedState,
  limit: number,
  { records, clock }: Pick<FeedPorts, "records" | "clock">,
): Promise<readonly string[]> {
  const { keys } = await records.inState(name, state, { limit, untilMs: clock.now() });
  return keys;
}

/** A different source begins each time, so that a large one does not keep the others waiting. */
function inTurn(sources: readonly Source[], chance: Pick<Chance, "random">): Source[] {
  return sources
    .map((source) => ({ source, place: chance.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ source }) => source);
}
