import type { Metrics } from "../../accounting/metrics.ts";
import {
  labelSets,
  type MetricName,
  metricNames,
  metricOf,
  type Sample,
} from "../../contract/calls/metrics.ts";
import type { Clock } from "../../platform/clock.ts";
import { type AttemptId, parseAttemptId } from "../../records/jobs/attempt.ts";
import type { Job } from "../../records/jobs/job.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Gate } from "../gate/gate.ts";
import { waiting } from "../gate/gate-state.ts";
import { type GaugeLimits, type GaugePorts, gauges } from "../queue/gauges.ts";
import type { QueueWatch } from "../queue/queue-watch.ts";
import { observeQueue } from "../queue/stall.ts";

export interface ObservePorts extends GaugePorts {
  readonly gate: Gate;
  readonly jobs: JobStore;
  readonly watch: QueueWatch;
  readonly metrics: Metrics;
  readonly clock: Clock;
}

/**
 * Once a minute: emits how things stand, and a 0 of every metric that an alarm
 * must not miss. Whether the queue moves can only be told by comparing with
 * the look before, so what was seen is kept.
 */
export async function observe(ports: ObservePorts, limits: GaugeLimits): Promise<void> {
  const [gate, before] = await Promise.all([ports.gate.read(), ports.watch.last()]);
  const [head] = waiting(gate);
  const jobs = await readAll([...gate.active, ...(head === undefined ? [] : [head])], ports.jobs);
  const nowMs = ports.clock.now();
  const seen = observeQueue(gate, jobs, before, nowMs);
  // An idle deployment writes nothing.
  if (seen.mark !== before?.mark || seen.oldestQueuedAtMs !== before.oldestQueuedAtMs) {
    await ports.watch.keep(seen);
  }
  const all = await gauges(gate, seen, nowMs, ports, limits);
  ports.metrics.emit([...all.filter(isWorthItsPrice), ...zeros()]);
}

/** Without work there is no point to draw. No alarm watches them. */
export const ofWork: ReadonlySet<MetricName> = new Set([
  "ActiveJobs",
  "OldestQueuedAge",
  "PermitsInUse",
]);

/** CloudWatch charges $0.30 a month for each series that has data every hour. */
function isWorthItsPrice({ name, value }: Sample): boolean {
  return value !== 0 || !ofWork.has(name);
}

async function readAll(
  ids: readonly AttemptId[],
  jobs: JobStore,
): Promise<ReadonlyMap<AttemptId, Job>> {
  const read = await Promise.all(
    ids.map(async (id) => [id, await jobs.read(parseAttemptId(id).jobId)] as const),
  );
  return new Map(read.flatMap(([id, job]) => (job === undefined ? [] : [[id, job] as const])));
}

function zeros(): Sample[] {
  return metricNames
    .filter((name) => metricOf(name).zero)
    .flatMap((name) => labelSets(metricOf(name)).map((labels) => ({ name, labels, value: 0 })));
}
