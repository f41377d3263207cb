/** A bucket as a source, on the deployed app, with IAM enforced. */
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import pMap from "p-map";
import { beforeAll, expect, inject, test, vi } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import type { SourceAnswer } from "../../lambdas/contract/calls/sources.ts";
import { callApi } from "../support/api.ts";
import { newKey } from "../support/deployment/app.ts";
import { sourceOfTests } from "../support/deployment/deployed.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { byCalls, eventually } from "../support/deployment/provided-app.ts";

const app = inject("app");
const { bucket: Bucket, prefix, name, tenant } = sourceOfTests;
const s3 = new S3Client({ ...localClient(app.endpoint), forcePathStyle: true });
const files = 40;
let client: Client;
let apiKey: string;

const put = (path: string, Body: string) =>
  s3.send(new PutObjectCommand({ Bucket, Key: prefix + path, Body }));
const remove = (path: string) => s3.send(new DeleteObjectCommand({ Bucket, Key: prefix + path }));
const listenToEvents = (on: boolean) =>
  s3.send(
    new PutBucketNotificationConfigurationCommand({
      Bucket,
      NotificationConfiguration: on ? { EventBridgeConfiguration: {} } : {},
    }),
  );

beforeAll(async () => {
  apiKey = await newKey(app, { tenant, role: "tenant" });
  client = createClient({ ...app, apiKey });
  await s3.send(new CreateBucketCommand({ Bucket }));
});

async function source(): Promise<SourceAnswer> {
  const { sources } = await client.sources();
  const found = sources.find((one) => one.source_id === name);
  if (found === undefined) throw new Error(`There is no source ${name}.`);
  return found;
}

vi.setConfig({ testTimeout: 700_000 });

/** A sync begins at the next minute, and what it finds may wait for the minute after. */
const withinMs = 300_000;

async function settled(total: number, failed = 0): Promise<void> {
  const isSettled = async () => {
    const { objects } = await source();
    const rest = objects.waiting + objects.working + objects.removing;
    return rest === 0 && objects.total === total && objects.failed === failed;
  };
  const what = `${total} objects, ${failed} failed, the others stored`;
  await eventually(what, isSettled, { withinMs, ...byCalls });
}

async function documentIds(): Promise<string[]> {
  const { documents } = await client.documents({ limit: 100 });
  return documents.map(({ document_id }) => document_id);
}

const names = Array.from({ length: files }, (_, i) => `f/${String(i).padStart(2, "0")}.md`);
const idOf = (path: string) => `${name}:${path.replaceAll("/", ":")}`;

test("what a bucket held before anybody listened is found by the first sync, and events bring the rest", async () => {
  await pMap(names.slice(0, files / 2), (path) => put(path, `# The quay\n\nFile ${path}.`), {
    concurrency: 4,
  });
  await s3.send(new PutObjectCommand({ Bucket, Key: "outside.md", Body: "Not below the prefix." }));
  await put("picture.png", "not a document");
  await client.changeSource(name, "sync");
  await settled(files / 2);
  await listenToEvents(true);
  await pMap(names.slice(files / 2), (path) => put(path, `# The mole\n\nFile ${path}.`), {
    concurrency: 4,
  });
  await settled(files);
  expect(await documentIds()).toEqual(names.map(idOf));
  expect((await source()).problem).toBeUndefined();
});

test("a changed object is the next version, a renamed one another document, a deleted one is gone", async () => {
  await put("f/00.md", "# Rebuilt\n\nThe lighthouse was rebuilt.");
  await put("g/ü 01.md", "# The quay\n\nFile f/01.md.");
  await remove("f/01.md");
  await remove("f/02.md");
  await eventually(
    "the new content is found",
    async () => {
      const { results } = await client.search({ query: "lighthouse rebuilt", mode: "text" });
      return results[0]?.document_id === idOf("f/00.md");
    },
    byCalls,
  );
  await settled(files - 1);
  const ids = await documentIds();
  expect(ids).toHaveLength(files - 1);
  expect(ids).not.toContain(idOf("f/01.md"));
  expect(ids).not.toContain(idOf("f/02.md"));
  const [renamed] = ids.filter((id) => id.startsWith(`${name}:g:`));
  expect(renamed).toMatch(/^team:g:-01\.md-[0-9a-f]{16}$/);
});

test("attributes come from the file beside an object, and searches filter by them", async () => {
  await put("f/03.md.metadata.json", JSON.stringify({ team: "harbour" }));
  await eventually(
    "the attribute is found",
    async () => {
      const { results } = await client.search({
        query: "quay",
        filter: { attributes: { team: "harbour", source_key: `${prefix}f/03.md` } },
      });
      return results[0]?.document_id === idOf("f/03.md");
    },
    byCalls,
  );
  const { attributes } = await client.chunks(idOf("f/03.md"));
  expect(attributes).toEqual({
    source: name,
    source_key: `${prefix}f/03.md`,
    team: "harbour",
  });
});

test("an object that cannot be read is listed with its reason, and is well when it changes", async () => {
  await put("f/04.pdf", "not a PDF");
  await settled(files, 1);
  const { objects } = await client.sourceObjects(name);
  expect(objects).toEqual([
    expect.objectContaining({
      key: `${prefix}f/04.pdf`,
      document_id: idOf("f/04.pdf"),
      status: "failed",
      error: expect.objectContaining({ code: expect.any(String) as string }) as unknown,
    }),
  ]);
  await remove("f/04.pdf");
  await settled(files - 1);
});

test("changes that no event told are found by a sync; a paused source waits", async () => {
  await listenToEvents(false);
  await put("f/05.md", "# Unseen\n\nNobody was told of the ferry.");
  await remove("f/06.md");
  expect((await client.changeSource(name, "pause")).status).toBe("paused");
  await client.changeSource(name, "sync");
  expect((await client.changeSource(name, "resume")).status).toBe("active");
  await eventually(
    "the new content is found",
    async () => {
      const { results } = await client.search({ query: "told of the ferry", mode: "text" });
      return results[0]?.document_id === idOf("f/05.md");
    },
    byCalls,
  );
  await settled(files - 2);
});

test("another tenant sees no source", async () => {
  const other = await newKey(app);
  expect((await callApi(app, "GET", "/sources", { apiKey: other })).body).toEqual({ sources: [] });
  const pause = await callApi(app, "POST", `/sources/${name}/pause`, { apiKey: other });
  expect(pause.status).toBe(404);
});
