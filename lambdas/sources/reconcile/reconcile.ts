/**
 * Compares a bucket with the records of its objects, page by page, and notices what events have
 * missed. A first sync is the same work. It goes on from its checkpoint in the next minute.
 */
import pMap from "p-map";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Leases } from "../../records/leases/leases.ts";
import type { SourceBucket } from "../bucket.ts";
import { type ChangePorts, Changes, isDocument } from "../changes.ts";
import { differences } from "../listing.ts";
import { notice } from "../notice.ts";
import { forgiven, settled, stateOf, unreadableCode, wantedTag } from "../record.ts";
import type { Counts, Revised } from "../record-store.ts";
import type { Source } from "../source.ts";
import type { SourceState, SyncState } from "../source-store.ts";

export interface ReconcilePorts extends ChangePorts {
  readonly bucketOf: (source: Source) => SourceBucket;
  readonly jobs: Pick<JobStore, "read">;
  readonly leases: Leases;
  readonly clock: Clock;
}

/** A bucket is compared once a day, and when somebody asks for it. */
const everyMs = 24 * 3_600_000;
/** Small requests to S3 and DynamoDB. */
const keysAtOnce = 10;
/** Outlives a run that is killed at its time-out. */
const reconcileLeaseMs = 320_000;

export type Reconciled = "not-due" | "busy" | "unfinished" | "done";

/** @param holder names this run @param untilMs it ends with the page that it is at then */
export async function reconcile(
  source: Source,
  { holder, untilMs }: { readonly holder: string; readonly untilMs: number },
  ports: ReconcilePorts,
): Promise<Reconciled> {
  const { sources, leases, clock } = ports;
  if (!isDue(source, await sources.read(source.name), clock.now())) return "not-due";
  const lease = `source-${source.name}`;
  if ((await leases.acquire(lease, holder, reconcileLeaseMs)) === "busy") return "busy";
  try {
    const state = await sources.read(source.name);
    if (!isDue(source, state, clock.now())) return "not-due";
    return await walk(source, state, untilMs, ports);
  } finally {
    await leases.release(lease, holder);
  }
}

function isDue({ scope }: Source, { pausedSince, sync }: SourceState, nowMs: number): boolean {
  if (pausedSince !== undefined) return false;
  if (sync.after !== undefined || sync.startedAt === undefined || sync.scope !== scope) return true;
  const askedLater = sync.askedAt !== undefined && sync.askedAt >= sync.startedAt;
  return askedLater || nowMs - Date.parse(sync.startedAt) >= everyMs;
}

async function walk(
  source: Source,
  state: SourceState,
  untilMs: number,
  ports: ReconcilePorts,
): Promise<Reconciled> {
  const { sources, clock } = ports;
  const { name, scope } = source;
  const resumes = state.sync.after !== undefined && state.sync.scope === scope;
  const startedAt = (resumes ? state.sync.startedAt : undefined) ?? isoTime(clock);
  let sync: Omit<SyncState, "askedAt"> & { readonly after: string } = {
    startedAt,
    scope,
    after: resumes ? (state.sync.after ?? "") : "",
    listed: resumes ? state.sync.listed : 0,
  };
  if (!resumes) await sources.keepSync(name, sync);
  const counts = noCounts();
  for (;;) {
    const page = await comparePage(source, sync.after, ports);
    for (const { record } of page.records) if (isDocument(record)) add(counts, record);
    const listed = sync.listed + page.listed;
    if (page.last === undefined) {
      // Only a whole walk has counted everything.
      if (!resumes) await sources.recount(name, counts, state.countsRevision);
      await sources.keepSync(name, { startedAt, scope, listed, completedAt: isoTime(clock) });
      return "done";
    }
    sync = { ...sync, after: page.last, listed };
    await sources.keepSync(name, sync);
    if (clock.now() >= untilMs) return "unfinished";
  }
}

/** @returns `last`: the last key of the page, if more follow */
async function comparePage(source: Source, after: string, ports: ReconcilePorts) {
  const { records, clock } = ports;
  const bucket = ports.bucketOf(source);
  const { objects, more } = await bucket.list(source.prefix, after);
  const last = more ? objects.at(-1)?.key : undefined;
  const known = await records.between(source.name, after, last);
  const changes = new Changes(source, ports);
  const { unknown, doubtful } = differences(source, objects, known);
  await pMap(
    unknown,
    ({ key, etag, sizeBytes }) =>
      changes.write(key, undefined, {
        kind: "document",
        key,
        object: { etag, sizeBytes },
        sinceMs: clock.now(),
      }),
    { concurrency: keysAtOnce },
  );
  await pMap(doubtful, (key) => notice(source, key, { bucket, clock }, changes), {
    concurrency: keysAtOnce,
  });
  await pMap(known, (one) => reviseFailed(one, changes, ports), { concurrency: keysAtOnce });
  await changes.flush();
  return { records: known, listed: objects.filter(({ key }) => source.matches(key)).length, last };
}

/** A job that failed may have been retried since, by a person, and a bucket may answer again. */
async function reviseFailed(
  read: Revised,
  changes: Changes,
  { jobs, clock }: ReconcilePorts,
): Promise<void> {
  const { record } = read;
  if (!isDocument(record) || stateOf(record) !== "failed") return;
  const { failure } = record;
  if (failure?.code === unreadableCode) {
    await changes.write(record.key, read, forgiven(record, clock.now()));
    return;
  }
  if (failure?.jobId === undefined) return;
  const job = await jobs.read(failure.jobId);
  const tag = wantedTag(record);
  if (job?.status !== "completed" || tag === undefined) return;
  const nowMs = clock.now();
  await changes.write(record.key, read, settled({ ...record, claim: { tag, atMs: nowMs } }, nowMs));
}

function noCounts(): Record<keyof Counts, number> {
  return { stored: 0, waiting: 0, working: 0, removing: 0, failed: 0 };
}

function add(counts: Record<keyof Counts, number>, record: Parameters<typeof stateOf>[0]): void {
  const state = stateOf(record);
  if (state !== "gone") counts[state] += 1;
}
