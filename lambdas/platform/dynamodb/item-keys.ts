/**
 * The layout of the one table. All items have `pk` and `sk`; those that may go
 * have `expiresAt` (epoch seconds, the table's TTL attribute).
 *
 * | Item            | pk                   | sk                         | Attributes beside the keys                       | Goes            |
 * |-----------------|----------------------|----------------------------|--------------------------------------------------|-----------------|
 * | gate            | `GATE`               | `STATE`                    | `admitted`, `active`, `of#tenant`, `run#tenant`: string sets; `ran0`–`ran15` | never |
 * | job             | `JOB#id`             | `JOB`                      | the fields of `Job`, `tenantPk`                  | 30 days terminal|
 * | unfinished job  | `UNFINISHED`         | `id-attempt`               | `notedAtMs`                                      | when it has ended |
 * | attachments     | `ATTACHMENTS`        | the mail's job id          |                                                  | when all are queued |
 * | usage           | `JOB#id`             | `USAGE#attempt#invocation` | the fields of `Usage`                            | 60 days         |
 * | document        | `TENANT#tenant`      | `DOCUMENT#id`              | counter, lease, what is stored                   | never           |
 * | webhook         | `WEBHOOKS#tenant`    | `DELIVERY#id-attempt`      | the fields of `Delivery`                         | 30 days         |
 * | webhook secret  | `WEBHOOKS#tenant`    | `SECRET`                   | `secret`, `previous`, `previousUntilMs`          | never           |
 * | idempotency key | `IDEMPOTENCY#sha256` | `RECORD`                   | `jobId`, `bodyHash`, `claimedAtMs`, `response`   | as claimed      |
 * | API key         | `KEY#sha256`         | `KEY`                      | `tenant`, `role`                                 | never           |
 * | limiter         | `LIMITER#dependency` | `STATE`                    | `held`, `waiting`: maps; `JOB#id`: string sets   | never           |
 * | breaker         | `BREAKER#dependency` | `STATE`                    | the fields of `BreakerState`, `revision`         | never           |
 * | answer          | `ANSWER#sha256`      | `ANSWER`                   | `answer`: binary; before it: claim and asks      | 30 days         |
 * | tallies         | `TALLIES#shard`      | `ATTEMPTS`, `OTHERS`       | a number for each series                         | never           |
 * | ledger          | `TENANT#tenant`      | `LEDGER#month`             | a number for each kind of use                    | never           |
 * | queue watch     | `WATCH`              | `QUEUE`                    | the fields of `QueueObservation`                 | never           |
 * | collection      | `COLLECTION#tenant`  | name of the table          | the fields of `StoredCollection`                 | never           |
 * | reindex         | `REINDEX#tenant`     | `STATE`                    | the fields of `Reindex`                          | never           |
 * | reindexes       | `REINDEXES`          | `RUNNING`                  | `tenants`: string set                            | never           |
 * | source          | `SOURCES`            | name                       | the fields of `SourceState`                      | never           |
 * | source's object | `OBJECTS#source`     | key                        | `record`, `revision`, `sourceState`, `sourceSince` | with the object |
 * | lease           | `LEASE#name`         | `LEASE`                    | `holder`, `untilMs`                              | a day after it  |
 * | bookmark        | `BOOKMARK#name`      | `BOOKMARK`                 | `place`                                          | never           |
 * | erasure         | `ERASURE`            | `tenant#documentId`        | the fields of `Erasure`                          | when nothing is left |
 *
 * Index `byTenant`: `tenantPk` = `TENANT#tenant`, `jobId`; jobs only.
 * Index `bySourceState`: `sourceState` = `source#state`, `sourceSince`; keys of sources' objects that
 * are not stored.
 */

import type { Dependency } from "../../contract/vocabulary.ts";
import { sha256 } from "../sha256.ts";

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export const tenantIndex = "byTenant";

export const sourceStateIndex = "bySourceState";

/**
 * What a step may be allowed to read or write, as patterns of partition keys. Grants name the kinds
 * of items, so that a step reaches no others, for example API keys.
 */
export const itemKinds = {
  gate: ["GATE"],
  job: ["JOB#*", "UNFINISHED"],
  /** Documents and ledgers. */
  tenant: ["TENANT#*"],
  webhook: ["WEBHOOKS#*"],
  idempotency: ["IDEMPOTENCY#*"],
  apiKey: ["KEY#*"],
  limiter: ["LIMITER#*"],
  breaker: ["BREAKER#*"],
  answer: ["ANSWER#*"],
  tallies: ["TALLIES#*"],
  watch: ["WATCH"],
  lease: ["LEASE#*"],
  bookmark: ["BOOKMARK#*"],
  attachment: ["ATTACHMENTS"],
  erasure: ["ERASURE"],
  collection: ["COLLECTION#*"],
  reindex: ["REINDEX#*", "REINDEXES"],
  source: ["SOURCES", "OBJECTS#*"],
} as const satisfies Record<string, readonly string[]>;
export type ItemKind = keyof typeof itemKinds;

export const gateKey: Key = { pk: "GATE", sk: "STATE" };

export const jobKey = (jobId: string): Key => ({ pk: `JOB#${jobId}`, sk: "JOB" });

/** The attempts that have not ended, in one partition: sweep compares them with the gate. */
export const unfinishedPk = "UNFINISHED";

export const unfinishedKey = (attemptId: string): Key => ({ pk: unfinishedPk, sk: attemptId });

/** Jobs with attachments that may still be to queue, in one partition: sweep looks at each. */
export const attachmentsPk = "ATTACHMENTS";

export const attachmentsKey = (jobId: string): Key => ({ pk: attachmentsPk, sk: jobId });

/** The prefix of all invocations' usage items of a job, for queries. */
export const usagePrefix = "USAGE#";

export const usageKey = (jobId: string, attempt: number, invocation: string): Key => ({
  pk: `JOB#${jobId}`,
  sk: `${usagePrefix}${attempt}#${invocation}`,
});

export const tenantPk = (tenant: string): string => `TENANT#${tenant}`;

export const documentPrefix = "DOCUMENT#";

export const documentKey = (tenant: string, documentId: string): Key => ({
  pk: tenantPk(tenant),
  sk: `${documentPrefix}${documentId}`,
});

/** Not the tenant's partition: the step that calls addresses of tenants reaches no documents. */
export const webhooksPk = (tenant: string): string => `WEBHOOKS#${tenant}`;

export const deliveryPrefix = "DELIVERY#";

export const deliveryKey = (delivery: { tenant: string; deliveryId: string }): Key => ({
  pk: webhooksPk(delivery.tenant),
  sk: `${deliveryPrefix}${delivery.deliveryId}`,
});

export const webhookSecretKey = (tenant: string): Key => ({
  pk: webhooksPk(tenant),
  sk: "SECRET",
});

/**
 * Hashed, because a client's key may be longer than DynamoDB allows, and because tenants must never
 * share a record.
 */
export const idempotencyKey = (tenant: string, key: string): Key => ({
  pk: `IDEMPOTENCY#${sha256(JSON.stringify([tenant, key]))}`,
  sk: "RECORD",
});

/** Only the hash is stored, so a reader of the table cannot call the API. */
export const apiKeyKey = (apiKey: string): Key => ({ pk: `KEY#${sha256(apiKey)}`, sk: "KEY" });

/**
 * Tallies are sharded, so that no item is hot. Attempts add by transactions, to items of their own:
 * a plain write to the same item would cancel the transaction.
 */
export const tallyShards = 8;
export const tallyKinds = ["ATTEMPTS", "OTHERS"] as const;

export const talliesKey = (shard: number, kind: (typeof tallyKinds)[number]): Key => ({
  pk: `TALLIES#${shard % tallyShards}`,
  sk: kind,
});

export const ledgerKey = (tenant: string, month: string): Key => ({
  pk: tenantPk(tenant),
  sk: `LEDGER#${month}`,
});

export const collectionKey = (tenant: string, table: string): Key => ({
  pk: `COLLECTION#${tenant}`,
  sk: table,
});

export const reindexKey = (tenant: string): Key => ({ pk: `REINDEX#${tenant}`, sk: "STATE" });

/** Sweep reads it every minute. */
export const runningReindexesKey: Key = { pk: "REINDEXES", sk: "RUNNING" };

export const queueWatchKey: Key = { pk: "WATCH", sk: "QUEUE" };

export const limiterKey = (dependency: Dependency): Key => ({
  pk: `LIMITER#${dependency}`,
  sk: "STATE",
});

export const breakerKey = (dependency: Dependency): Key => ({
  pk: `BREAKER#${dependency}`,
  sk: "STATE",
});

export const answerPk = "ANSWER#";

export const answerItemKey = (key: string): Key => ({ pk: `${answerPk}${key}`, sk: "ANSWER" });

export const bookmarkKey = (name: string): Key => ({ pk: `BOOKMARK#${name}`, sk: "BOOKMARK" });

export const leaseKey = (name: string): Key => ({ pk: `LEASE#${name}`, sk: "LEASE" });

/** The removed documents whose traces are still to be erased, in one partition. */
export const erasurePk = "ERASURE";

export const erasureKey = (tenant: string, documentId: string): Key => ({
  pk: erasurePk,
  sk: `${tenant}#${documentId}`,
});

export const sourceKey = (source: string): Key => ({ pk: "SOURCES", sk: source });

export const sourceObjectsPk = (source: string): string => `OBJECTS#${source}`;

/** The whole key of the object is the sort key: both may have 1,024 bytes, and sort alike. */
export const sourceObjectKey = (source: string, key: string): Key => ({
  pk: sourceObjectsPk(source),
  sk: key,
});
