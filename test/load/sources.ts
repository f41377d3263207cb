/** A bucket as a source, in a stack of its own: its wake-ups would disturb other measurements. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import pMap from "p-map";
import { createClient } from "../../cli/client.ts";
import { environment } from "../../lambdas/platform/environment.ts";
import { killEvery } from "../chaos/functions.ts";
import { newKey } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import {
  deployWithProvider,
  endsOf,
  type ProvidedApp,
} from "../support/deployment/provided-app.ts";
import { SeededChance } from "../support/fakes/chance.ts";
import { StillClock } from "../support/fakes/clock.ts";
import { atLeast, atMost, exactly, type Scenario } from "../support/measures/figures.ts";
import { loseAndRepeat } from "../support/measures/lost-events.ts";

/** `SLUICE_TEST_OBJECTS=200` for a quick look. @default 2,000 */
const objects = Number(environment["SLUICE_TEST_OBJECTS"] ?? 2_000);
const submissions = 40;
const source = { name: "files", tenant: "owner", bucket: "sluice-load-source" } as const;

const textOf = (random: () => number) =>
  `# Note ${Math.floor(random() * 1e9)}\n\nThe quay has ${Math.floor(random() * 1e6)} stones.`;

export const deploySources = (): Promise<ProvidedApp> =>
  deployWithProvider({ SLUICE_SOURCES: JSON.stringify([source]) }, { waitScale: 0.01 });

export const sources: Scenario<ProvidedApp> = {
  name: "sources",
  about: `${objects} objects put, changed, renamed, deleted; functions killed, events lost and repeated`,
  run: async ({ app, client: operator, provider }) => {
    provider.script({});
    const chance = new SeededChance(new StillClock(), 15);
    const random = () => chance.random();
    const s3 = new S3Client({ ...localClient(app.endpoint), forcePathStyle: true });
    const sqs = new SQSClient(localClient(app.endpoint));
    const Bucket = source.bucket;
    await s3.send(new CreateBucketCommand({ Bucket }));
    await s3.send(
      new PutBucketNotificationConfigurationCommand({
        Bucket,
        NotificationConfiguration: { EventBridgeConfiguration: {} },
      }),
    );
    const client = createClient({
      ...app,
      apiKey: await newKey(app, { tenant: source.tenant, role: "tenant" }),
    });
    const api = createClient({ ...app, apiKey: await newKey(app) });

    const kept = new Map<string, string>();
    const put = async (key: string, text: string) => {
      await s3.send(new PutObjectCommand({ Bucket, Key: key, Body: text }));
      kept.set(key, text);
    };
    const remove = async (key: string) => {
      await s3.send(new DeleteObjectCommand({ Bucket, Key: key }));
      kept.delete(key);
    };

    const ending = new AbortController();
    const { signal } = ending;
    const killing = killEvery(2_000, {
      port: new URL(app.endpoint).port,
      spare: /status|submit|search|documents|health|sources/i,
      random,
      signal,
    });
    const disturbing = loseAndRepeat(sqs, app.outputs.SourceHintsUrl ?? "", { random, signal });

    const keys = Array.from({ length: objects }, (_, i) => `d${i % 20}/n ${i}.md`);
    await pMap(keys, (key) => put(key, textOf(random)), { concurrency: 4 });
    const answers: number[] = [];
    const accepted = await pMap(
      Array.from({ length: submissions }),
      async (_, i) => {
        const startedAt = performance.now();
        const answer = await api.ingest({ document_id: `own-${i}`, text: textOf(random) });
        answers.push(performance.now() - startedAt);
        return answer;
      },
      { concurrency: 2 },
    );
    await pMap(
      keys,
      async (key) => {
        const dice = random();
        const text = kept.get(key) ?? "";
        if (dice < 0.2) await put(key, textOf(random));
        else if (dice < 0.35) {
          await put(`renamed/${key}`, text);
          await remove(key);
        } else if (dice < 0.5) await remove(key);
      },
      { concurrency: 4 },
    );
    const own = await endsOf(api, accepted, 3_600_000);
    ending.abort();
    const [killed, events] = await Promise.all([killing, disturbing]);
    console.log(
      `killed ${killed.length} functions; of the events ${events.lost} were lost and ${events.repeated} repeated`,
    );

    const until = Date.now() + 3_600_000;
    await client.changeSource(source.name, "sync");
    const askedAt = new Date().toISOString();
    for (;;) {
      const [now] = (await client.sources()).sources;
      if (now === undefined) throw new Error("The source is gone.");
      const { waiting, working, removing, stored } = now.objects;
      const compared = now.sync.status === "done" && (now.sync.started_at ?? "") > askedAt;
      if (compared && waiting + working + removing === 0) break;
      if (Date.now() > until) throw new Error(`It did not settle: ${JSON.stringify(now)}`);
      console.log(
        `${stored} of ${now.objects.total} stored, ${waiting} waiting, ${removing} to go`,
      );
      await new Promise((resolve) => setTimeout(resolve, 10_000));
    }

    const found = await contents(client);
    const right = [...kept].filter(([key, text]) => found.get(key) === text.trim());
    const { queue_size, active_jobs } = await operator.health();
    const [last] = (await client.sources()).sources;
    return [
      exactly("objects in the bucket", kept.size, found.size),
      exactly("documents with the bucket's content", right.length, kept.size),
      exactly("objects failed", last?.objects.failed ?? -1, 0),
      exactly("API submissions accepted", accepted.length, submissions),
      exactly(
        "API jobs completed",
        own.filter((job) => job.status === "completed").length,
        submissions,
      ),
      atMost("slowest API answer, s", Math.max(...answers) / 1_000, 29),
      atLeast("functions killed", killed.length, 5),
      atLeast("events lost", events.lost, 5),
      exactly("slots taken afterwards", queue_size + active_jobs, 0),
    ];
  },
};

/** The text of each stored document, by the key of its object. */
async function contents(client: ReturnType<typeof createClient>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (let cursor: string | undefined; ; ) {
    const page = await client.documents({
      limit: 100,
      ...(cursor === undefined ? {} : { cursor }),
    });
    await pMap(
      page.documents,
      async ({ document_id }) => {
        const { chunks, attributes } = await client.chunks(document_id);
        const text = chunks.map((chunk) => chunk.text).join("\n\n");
        found.set(String(attributes["source_key"]), text.trim());
      },
      { concurrency: 2 },
    );
    cursor = page.next_cursor;
    if (cursor === undefined) return found;
  }
}
