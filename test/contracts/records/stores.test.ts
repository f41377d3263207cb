/** The stores but for jobs, each on its fake and on DynamoDB. */
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { expect, inject, test } from "vitest";
import { DynamoBreaker } from "../../../lambdas/models/breaker/dynamodb-breaker.ts";
import { DynamoLimiter } from "../../../lambdas/models/limiter/dynamodb-limiter.ts";
import { Table } from "../../../lambdas/platform/dynamodb/table.ts";
import { DynamoAnswerStore } from "../../../lambdas/records/answers/dynamodb-answer-store.ts";
import { DynamoKeyStore } from "../../../lambdas/records/api-keys/dynamodb-key-store.ts";
import { DynamoPendingAttachments } from "../../../lambdas/records/attachments/dynamodb-pending-attachments.ts";
import { DynamoBookmarks } from "../../../lambdas/records/bookmarks/dynamodb-bookmarks.ts";
import { DynamoCollectionStore } from "../../../lambdas/records/collections/dynamodb-collection-store.ts";
import { DynamoDocumentStore } from "../../../lambdas/records/documents/dynamodb-document-store.ts";
import { DynamoErasures } from "../../../lambdas/records/erasures/dynamodb-erasures.ts";
import { DynamoIdempotencyStore } from "../../../lambdas/records/idempotency/dynamodb-idempotency-store.ts";
import { DynamoLeases } from "../../../lambdas/records/leases/dynamodb-leases.ts";
import { DynamoReindexStore } from "../../../lambdas/records/reindexes/dynamodb-reindex-store.ts";
import { DynamoGate } from "../../../lambdas/scheduling/gate/dynamodb-gate.ts";
import { localClient } from "../../support/deployment/emulator.ts";
import { SeededChance } from "../../support/fakes/chance.ts";
import { StillClock } from "../../support/fakes/clock.ts";
import { MemoryBreaker } from "../../support/fakes/models/breaker.ts";
import { MemoryLimiter } from "../../support/fakes/models/limiter.ts";
import { MemoryAnswerStore } from "../../support/fakes/records/answer-store.ts";
import { MemoryBookmarks } from "../../support/fakes/records/bookmarks.ts";
import { MemoryCollectionStore } from "../../support/fakes/records/collection-store.ts";
import { MemoryDocumentStore } from "../../support/fakes/records/document-store.ts";
import { MemoryErasures } from "../../support/fakes/records/erasures.ts";
import { MemoryIdempotencyStore } from "../../support/fakes/records/idempotency-store.ts";
import { MemoryKeyStore } from "../../support/fakes/records/key-store.ts";
import { MemoryLeases } from "../../support/fakes/records/leases.ts";
import { MemoryPendingAttachments } from "../../support/fakes/records/pending-attachments.ts";
import { MemoryReindexStore } from "../../support/fakes/records/reindex-store.ts";
import { MemoryGate } from "../../support/fakes/scheduling/gate.ts";
import { newTable } from "../../support/table.ts";
import { breakerContract, breakerSettings } from "../models/breaker.contract.ts";
import { limiterContract } from "../models/limiter.contract.ts";
import { gateContract } from "../scheduling/gate.contract.ts";
import { answerStoreContract } from "./answer-store.contract.ts";
import { bookmarksContract } from "./bookmarks.contract.ts";
import { documentStoreContract } from "./document-store.contract.ts";
import { erasuresContract } from "./erasures.contract.ts";
import { idempotencyStoreContract, keyStoreContract } from "./intake.contract.ts";
import { leasesContract } from "./leases.contract.ts";
import { pendingAttachmentsContract } from "./pending-attachments.contract.ts";
import { collectionStoreContract, reindexStoreContract } from "./reindex.contract.ts";

const client = new DynamoDBClient(localClient(inject("endpoint")));
const chance = new SeededChance(new StillClock(), 1);

/** All share the one fake. */
const sharing =
  <Port>(make: (clock: StillClock) => Port) =>
  async (clock = new StillClock()) => {
    const port = make(clock);
    return () => port;
  };
/** Instances of their own, on one new table. */
const onTable =
  <Port>(make: (table: string, clock: StillClock) => Port) =>
  async (clock = new StillClock()) => {
    const table = await newTable(client);
    return () => make(table, clock);
  };

pendingAttachmentsContract(
  "the fake",
  sharing(() => new MemoryPendingAttachments()),
);
pendingAttachmentsContract(
  "DynamoDB",
  onTable((table) => new DynamoPendingAttachments(client, table)),
);

gateContract(
  "the fake",
  sharing(() => new MemoryGate()),
);
gateContract(
  "DynamoDB",
  onTable((table) => new DynamoGate(client, table)),
);

test("a gate that was written before it kept tenants is read, and its jobs run and end", async () => {
  const table = await newTable(client);
  const held = { admitted: new Set(["a-1", "b-1"]), active: new Set(["a-1"]) };
  await new Table(client, table).put({ pk: "GATE", sk: "STATE", ...held });
  const gate = new DynamoGate(client, table);
  const limits = { maxQueued: 5, maxActive: 2, tenantMaxActive: 1 };
  expect(await gate.read()).toEqual({ ...held, tenants: new Map() });
  expect(await gate.promote("b-1", "acme", limits)).toBe("promoted");
  expect((await gate.read()).tenants).toEqual(new Map([["b-1", "acme"]]));
  await gate.release("a-1", { tenant: "globex" });
  await gate.release("b-1");
  const empty = { admitted: new Set(), active: new Set(), tenants: new Map() };
  expect(await gate.read()).toEqual(empty);
});

collectionStoreContract(
  "the fake",
  sharing(() => new MemoryCollectionStore()),
);
collectionStoreContract(
  "DynamoDB",
  onTable((table) => new DynamoCollectionStore(client, table)),
);

reindexStoreContract(
  "the fake",
  sharing(() => new MemoryReindexStore()),
);
reindexStoreContract(
  "DynamoDB",
  onTable((table) => new DynamoReindexStore(client, table)),
);

documentStoreContract(
  "the fake",
  sharing(() => new MemoryDocumentStore()),
);
documentStoreContract(
  "DynamoDB",
  onTable((table) => new DynamoDocumentStore(client, table)),
);

limiterContract(
  "the fake",
  sharing((clock) => new MemoryLimiter(clock)),
);
limiterContract(
  "DynamoDB",
  onTable((table, clock) => new DynamoLimiter(client, table, clock)),
);

breakerContract(
  "the fake",
  sharing((clock) => new MemoryBreaker(breakerSettings, clock)),
);
breakerContract(
  "DynamoDB",
  onTable((table, clock) => new DynamoBreaker(client, table, breakerSettings, { clock, chance })),
);

answerStoreContract(
  "the fake",
  sharing((clock) => new MemoryAnswerStore(clock)),
);
answerStoreContract(
  "DynamoDB",
  onTable((table, clock) => new DynamoAnswerStore(client, table, clock, chance)),
);

leasesContract(
  "the fake",
  sharing((clock) => new MemoryLeases(clock)),
);
leasesContract(
  "DynamoDB",
  onTable((table, clock) => new DynamoLeases(client, table, clock)),
);

bookmarksContract(
  "the fake",
  sharing(() => new MemoryBookmarks()),
);
bookmarksContract(
  "DynamoDB",
  onTable((table) => new DynamoBookmarks(client, table)),
);

erasuresContract(
  "the fake",
  sharing(() => new MemoryErasures()),
);
erasuresContract(
  "DynamoDB",
  onTable((table) => new DynamoErasures(client, table)),
);

idempotencyStoreContract(
  "the fake",
  sharing(() => new MemoryIdempotencyStore()),
);
idempotencyStoreContract(
  "DynamoDB",
  onTable((table) => new DynamoIdempotencyStore(client, table)),
);

keyStoreContract(
  "the fake",
  sharing(() => new MemoryKeyStore()),
);
keyStoreContract(
  "DynamoDB",
  onTable((table) => new DynamoKeyStore(client, table)),
);

test("no API key can be read from the table", async () => {
  const table = await newTable(client);
  const secret = "sluice_0123456789abcdef";
  await new DynamoKeyStore(client, table).put(secret, { tenant: "acme", role: "tenant" });
  const { Items } = await client.send(new ScanCommand({ TableName: table }));
  expect(Items).toHaveLength(1);
  expect(JSON.stringify(Items)).not.toContain(secret);
});

test("of all instances exactly one tells of each transition of a breaker", async () => {
  const table = await newTable(client);
  const clock = new StillClock();
  const told: string[] = [];
  const instances = [...Array(10).keys()].map(
    () =>
      new DynamoBreaker(
        client,
        table,
        breakerSettings,
        { clock, chance },
        (dependency, { state, epoch }) => {
          told.push(`${dependency} ${state} ${epoch}`);
        },
      ),
  );
  const all = (act: (breaker: DynamoBreaker, number: number) => Promise<unknown>) =>
    Promise.allSettled(instances.map(act));
  await all((breaker, number) => breaker.record("llm", 0, "failure", `call-${number}`));
  clock.skip(breakerSettings.cooldownMs);
  await all((breaker, number) =>
    breaker.enter("llm", { call: `call-${number}`, party: `job-${number}` }),
  );
  await all((breaker) => breaker.record("llm", 2, "success", "call"));
  expect(told).toEqual(["llm open 1", "llm half-open 2", "llm closed 3"]);
});
