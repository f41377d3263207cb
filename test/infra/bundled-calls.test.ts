/** Holds each function's rights against the code that its bundle holds. */
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type StepSources, sourcesOfSteps } from "../../infra/bundling/bundle.ts";
import { functions, type StepName, stepNames } from "../../lambdas/functions.ts";
import type { FunctionSpec } from "../../lambdas/platform/deploy/function-spec.ts";
import type { ItemKind } from "../../lambdas/platform/dynamodb/item-keys.ts";

let bundledSources: StepSources;
beforeAll(async () => {
  // Bundled once for this test and the deployments of others.
  bundledSources = await sourcesOfSteps();
  // A machine with other work needs more than the usual minute.
}, 300_000);

const sourcesOf = (step: StepName) => bundledSources[step];

/** Which kind of item a key of `item-keys.ts` names. */
const kindOfKey: Readonly<Record<string, ItemKind>> = {
  gateKey: "gate",
  jobKey: "job",
  unfinishedKey: "job",
  unfinishedPk: "job",
  usageKey: "job",
  documentKey: "tenant",
  ledgerKey: "tenant",
  deliveryKey: "webhook",
  webhookSecretKey: "webhook",
  webhooksPk: "webhook",
  idempotencyKey: "idempotency",
  apiKeyKey: "apiKey",
  limiterKey: "limiter",
  breakerKey: "breaker",
  answerItemKey: "answer",
  talliesKey: "tallies",
  queueWatchKey: "watch",
  leaseKey: "lease",
  bookmarkKey: "bookmark",
  attachmentsPk: "attachment",
  attachmentsKey: "attachment",
  erasurePk: "erasure",
  erasureKey: "erasure",
  collectionKey: "collection",
  reindexKey: "reindex",
  runningReindexesKey: "reindex",
  sourceKey: "source",
  sourceObjectKey: "source",
};

/** The kinds of items that the adapters in the bundle address. */
function addressed(step: StepName): Set<ItemKind> {
  const kinds = sourcesOf(step)
    .filter((source) => source.startsWith("lambdas/"))
    .flatMap((source) => {
      const [, names = ""] =
        /import \{([^}]*)\} from "[^"]*item-keys\.ts"/.exec(readFileSync(source, "utf8")) ?? [];
      return names.split(",").flatMap((name) => kindOfKey[name.trim()] ?? []);
    });
  return new Set(kinds);
}

/**
 * Adapters that address more than one kind of item. The job store announces ends, with which the
 * tenant's ledger and the tallies grow; only finish announces. The tallies of a breaker's changes
 * are its caller's. The vector store moves rows under a lease; search only reads.
 */
const unused: Readonly<Partial<Record<ItemKind, readonly StepName[]>>> = {
  tenant: [
    "status",
    "retry",
    "cancel",
    "dispatch",
    "sweep",
    "reconcile",
    "extract",
    "metadata",
    "embed",
    "erase",
  ],
  tallies: [
    "status",
    "cancel",
    "health",
    "usage",
    "documents",
    "dispatch",
    "reconcile",
    "extract",
    "chunk",
    "store",
    "erase",
  ],
  lease: ["search"],
};

describe.each(stepNames)("%s", (step) => {
  const spec: FunctionSpec = functions[step].spec;

  test("may reach the items that its code addresses, and no others", () => {
    const { reads = [], writes = [] } = spec.table;
    const needed = [...addressed(step)].filter((kind) => !unused[kind]?.includes(step));
    expect(new Set([...reads, ...writes])).toEqual(new Set(needed));
  });

  test("may call the services whose commands its code holds, and no others", () => {
    const has = (command: RegExp) => sourcesOf(step).some((source) => command.test(source));
    const { documents, uploads = "none", wakes = false, queuesWebhooks = false } = spec;
    const { countsDeadLetters = false, wakesFeed = false, sources } = spec;
    expect({
      objects: documents !== "none" || uploads !== "none" || sources === "objects",
      sends: wakes || queuesWebhooks || wakesFeed,
      counts: countsDeadLetters,
      model: spec.model !== undefined || spec.reranks === true,
      secret: spec.secret !== undefined,
    }).toEqual({
      objects: has(/client-s3\/.*\/(Get|Put)ObjectCommand\.js$/),
      sends: has(/client-sqs\/.*\/SendMessageCommand\.js$/),
      counts: has(/client-sqs\/.*\/GetQueueAttributesCommand\.js$/),
      model: has(/client-bedrock-runtime\/.*\/(Converse|InvokeModel)Command\.js$/),
      secret: has(/client-secrets-manager\/.*\/GetSecretValueCommand\.js$/),
    });
  });
});
