/**
 * Compares a bucket with the records of its objects, page by page, and notices what events have
 * missed. A first sync is the same work. It goes on from its checkpoint in the next minute.
 */
import pMap from "p-map";
import { decodeTime } from "ulid";
import { objectStates } from "../../contract/calls/sources.ts";
import { type Clock, isoTime } from "../../platform/clock.ts";
import type { JobStore } from "../../records/jobs/job-store.ts";
import type { Leases } from "../../records/leases/leases.ts";
import type { SourceBucket } from "../bucket.ts";
import { type ChangePorts, type Changes, changing, isDocument } from "../changes.ts";
import { differences } from "../listing.ts";
import { notice } from "../notice.ts";
import { forgiven, settled, stateOf, unreadableCode, wantedTag } from "../record.ts";
import type { CountChange, Counts, Revised } from "../record-store.ts";
import { isOfOtherTenant, type Source } from "../source.ts";
import type { SourceState, Tally } from "../source-store.ts";

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
/** As many as a page of a listing has objects. */
const recordsAtOnce = 1_000;
/** Outlives a run that is killed at its time-out, and every other function's. */
const deadAfterMs = 320_000;

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
  if ((await leases.acquire(lease, holder, deadAfterMs)) === "busy") return "busy";
  try {
    const state = await sources.read(source.name);
    if (!isDue(source, state, clock.now())) return "not-due";
    assertSameTenant(source, state);
    return await walk(source, state, untilMs, ports);
  } finally {
    await leases.release(lease, holder);
  }
}

function assertSameTenant(source: Source, { sync }: SourceState): void {
  if (!isOfOtherTenant(source, sync)) return;
  throw new Error(
    `The documents of this source belong to the tenant ${sync.tenant}, and the settings name ${source.tenant}. Give the source another name, or name the former tenant.`,
  );
}

function isDue({ scope }: Source, state: SourceState, nowMs: number): boolean {
  const { pausedSince, sync, changing: open } = state;
  if (pausedSince !== undefined) return false;
  if (sync.after !== undefined || sync.startedAt === undefined || sync.scope !== scope) return true;
  const askedLater = sync.askedAt !== undefined && sync.askedAt >= sync.startedAt;
  const sinceMs = nowMs - Date.parse(sync.startedAt);
  // A function that died has left the counts off, and one comparison must not follow another.
  const mustRecount = sinceMs >= deadAfterMs && open.some((id) => isDead(id, nowMs));
  return askedLater || mustRecount || sinceMs >= everyMs;
}

function isDead(change: string, nowMs: number): boolean {
  return nowMs - decodeTime(change) > deadAfterMs;
}

/** Counts can be replaced only if no record is being written that they do not show yet. */
function newTally({ changing: open, countsRevision }: SourceState, nowMs: number) {
  const isStill = open.every((id) => isDead(id, nowMs));
  return isStill ? { counts: noCounts, countsRevision, dead: open } : undefined;
}

async function walk(
  source: Source,
  state: SourceState,
  untilMs: number,
  ports: ReconcilePorts,
): Promise<Reconciled> {
  const { sources, clock } = ports;
  const { name, scope, tenant } = source;
  const resumes = state.sync.after !== undefined && state.sync.scope === scope;
  const startedAt = (resumes ? state.sync.startedAt : undefined) ?? isoTime(clock);
  let after = resumes ? (state.sync.after ?? "") : "";
  let listed = resumes ? state.sync.listed : 0;
  let tally = resumes ? state.sync.tally : newTally(state, clock.now());
  const begun = { startedAt, scope, tenant };
  if (!resumes) await sources.keepSync(name, { ...begun, after, listed });
  for (;;) {
    const page = await comparePage(source, after, ports);
    listed += page.listed;
    tally = tally && withPage(tally, page);
    if (page.last === undefined) {
      if (tally !== undefined) await sources.recount(name, tally);
      await sources.keepSync(name, { ...begun, listed, completedAt: isoTime(clock) });
      return "done";
    }
    after = page.last;
    const sync = { ...begun, after, listed, ...(tally === undefined ? {} : { tally }) };
    await sources.keepSync(name, sync);
    if (clock.now() >= untilMs) return "unfinished";
  }
}

interface Page {
  /** As they were read. */
  readonly records: readonly Revised[];
  /** What was done to the counts since they were read; missing if no record was written. */
  readonly counted: CountChange | undefined;
  readonly listed: number;
  /** The last key of the page, if more follow. */
  readonly last: string | undefined;
}

async function comparePage(source: Source, after: string, ports: ReconcilePorts): Promise<Page> {
  const { records, clock } = ports;
  const bucket = ports.bucketOf(source);
  const { objects, more } = await bucket.list(source.prefix, after);
  const listedTo = more ? objects.at(-1)?.key : undefined;
  const known = await records.between(source.name, after, listedTo, recordsAtOnce);
  // Where most objects are gone, a page of the listing covers more records than can be read at once.
  const last = known.length < recordsAtOnce ? listedTo : known.at(-1)?.record.key;
  const listed = objects.filter(({ key }) => last === undefined || !isAfter(key, last));
  const { unknown, doubtful } = differences(source, listed, known);
  const { counted } = await changing(source, ports, async (changes) => {
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
  });
  const matching = listed.filter(({ key }) => source.matches(key)).length;
  return { records: known, counted, listed: matching, last };
}

/** In the order of S3 and DynamoDB, by bytes of UTF-8. */
function isAfter(key: string, other: string): boolean {
  return Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
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

const noCounts: Counts = { stored: 0, waiting: 0, working: 0, removing: 0, failed: 0 };

function withPage({ counts, countsRevision, dead }: Tally, { records, counted }: Page): Tally {
  const sum = { ...counts };
  for (const { record } of records) {
    const state = isDocument(record) ? stateOf(record) : "gone";
    if (state !== "gone") sum[state] += 1;
  }
  for (const state of objectStates) sum[state] += counted?.[state] ?? 0;
  // The sync's own change is the only one that may have ended since.
  return { counts: sum, countsRevision: countsRevision + (counted === undefined ? 0 : 1), dead };
}
