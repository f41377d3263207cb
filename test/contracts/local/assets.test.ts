import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, expect, inject, test } from "vitest";
import { publishAssets } from "../../../local/assets.ts";
import { localClient } from "../../support/deployment/emulator.ts";

const s3 = new S3Client({ ...localClient(inject("endpoint")), forcePathStyle: true });
const folder = mkdtempSync(join(tmpdir(), "sluice-assets-"));
afterAll(() => {
  s3.destroy();
  rmSync(folder, { recursive: true, force: true });
});

test("files of an app are uploaded to where its stack reads them, those that are there are left alone", async () => {
  const name = `assets-${randomUUID().slice(0, 8)}`;
  await s3.send(new CreateBucketCommand({ Bucket: `${name}-000000000000-us-east-1` }));
  const destination = { bucketName: `${name}-\${AWS::AccountId}-\${AWS::Region}` };
  const asset = (path: string, packaging = "file") => ({
    source: { path, packaging },
    destinations: { one: { ...destination, objectKey: `${path}.zip` } },
  });
  const files = { a: asset("a"), b: asset("b"), folder: asset("folder", "zip") };
  writeFileSync(join(folder, "App.assets.json"), JSON.stringify({ files }));
  const publish = async (words: string) => {
    for (const file of ["a", "b"]) writeFileSync(join(folder, file), `${words} ${file}`);
    await publishAssets(inject("endpoint"), folder, "App");
  };
  const uploaded = async (Key: string) => {
    const Bucket = `${name}-000000000000-us-east-1`;
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  };
  await publish("first");
  await publish("second");
  expect([await uploaded("a.zip"), await uploaded("b.zip")]).toEqual(["first a", "first b"]);
  await expect(uploaded("folder.zip")).rejects.toThrow(/does not exist/);
});
