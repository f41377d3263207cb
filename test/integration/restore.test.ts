/** The vectors are lost, and come back as docs/runbooks/restore.md says. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateBucketCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { restoreObjects } from "../../ops/restore-objects.ts";
import { newKey } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { lines, sluiceBeside } from "../support/deployment/sluice.ts";

const app = inject("app");
const s3 = new S3Client({ ...localClient(app.endpoint), forcePathStyle: true });
const Bucket = app.outputs.VectorsBucketName;
const texts = {
  bridges: "The bridge over the northern sound cost four million euros.",
  bakeries: "The bakery on the corner sells rye bread on Tuesdays.",
  ferries: "The ferry to the island leaves at noon and at six.",
};
let client: Client;
let folder: string;

beforeAll(async () => {
  const apiKey = await newKey(app);
  client = createClient({ ...app, apiKey });
  folder = mkdtempSync(join(tmpdir(), "sluice-restore-"));
  const local = { api_url: app.apiUrl, api_key: apiKey, endpoint: app.endpoint };
  writeFileSync(join(folder, "local.json"), JSON.stringify(local));
  // As in an account; an emulator would keep every version for good.
  await s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
  );
  for (const name of Object.keys(texts)) await ingest(name as keyof typeof texts);
});
afterAll(async () => {
  await s3.send(
    new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Suspended" } }),
  );
  s3.destroy();
  rmSync(folder, { recursive: true, force: true });
});

async function ingest(name: keyof typeof texts, force?: true): Promise<JobAnswer> {
  const { job_id } = await client.ingest({
    document_id: name,
    text: texts[name],
    ...(force === undefined ? {} : { force }),
  });
  let last: JobAnswer | undefined;
  for await (const job of client.watch(job_id)) last = job;
  return last!;
}

async function found(): Promise<string[]> {
  const answers = await Promise.all(
    Object.values(texts).map((query) => client.search({ query, limit: 1 })),
  );
  return answers.flatMap(({ results }) => results.map(({ document_id }) => document_id));
}

async function deleteVectors(): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    const Objects = Contents.map(({ Key = "" }) => ({ Key }));
    if (Objects.length > 0) {
      await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
  }
}

describe("restore-vectors changes nothing", () => {
  test("where the bucket keeps no old versions", async () => {
    const plain = "without-old-versions";
    await s3.send(new CreateBucketCommand({ Bucket: plain }));
    await s3.send(new PutObjectCommand({ Bucket: plain, Key: "kept", Body: "text" }));
    await expect(restoreObjects(s3, plain, new Date(Date.now() - 3_600_000))).rejects.toThrow(
      "keeps no old versions",
    );
    expect(await s3.send(new HeadObjectCommand({ Bucket: plain, Key: "kept" }))).toBeDefined();
  });

  test("where the bucket was empty at the time", async () => {
    const before = new Date(Date.now() - 86_400_000).toISOString();
    const { status, err } = await sluiceBeside(folder, "restore-vectors", "--at", before);
    expect(status).not.toBe(0);
    expect(err).toContain("was empty at");
    expect((await found()).length).toBeGreaterThan(0);
  });
});

describe("when the vectors were deleted", () => {
  const all = Object.keys(texts);
  let before: string;
  beforeAll(async () => {
    await vi.waitFor(
      async () => {
        if ((await found()).length < all.length) throw new Error("Not every document is found.");
      },
      { timeout: 60_000, interval: 500 },
    );
    // Versions have the time of a second.
    await sleep(1_100);
    before = new Date().toISOString();
    await sleep(1_100);
    await deleteVectors();
  });

  test("nothing is found, and the records do not say otherwise", async () => {
    expect(await found()).toEqual([]);
  });

  test("sending a document again repairs it, though its record says that it is unchanged", async () => {
    const job = await ingest("bridges");
    expect(job).toMatchObject({ status: "completed", result: { unchanged: false } });
    expect(await found()).toContain("bridges");
    // Its answers are still known.
    expect(job.result?.usage).toMatchObject({ llm_calls: 0, embedding_calls: 0 });
  });

  test("restore-vectors brings all of them back, and only what was stored since is stored again", async () => {
    const { status, out } = await sluiceBeside(folder, "restore-vectors", "--at", before, "--json");
    expect([status, lines(out)[0]]).toEqual([
      0,
      {
        restored: expect.any(Number) as number,
        removed: expect.any(Number) as number,
        untouched: expect.any(Number) as number,
      },
    ]);
    expect(lines(out)[0]?.["restored"]).toBeGreaterThan(0);
    expect(await found()).toEqual(all);
    for (const name of all) {
      expect(await ingest(name as keyof typeof texts)).toMatchObject({
        result: { document_id: name, unchanged: name !== "bridges" },
      });
    }
  });

  test("a document that is sent with force is stored again, and found once", async () => {
    const job = await ingest("ferries", true);
    expect(job).toMatchObject({ status: "completed", result: { unchanged: false } });
    const { results } = await client.search({ query: texts.ferries, limit: 10 });
    expect(results.filter(({ document_id }) => document_id === "ferries")).toHaveLength(1);
  });
});
