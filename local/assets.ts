/** Uploads what a built app deploys. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { HeadObjectCommand, NotFound, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { localAccount, localClient, localRegion } from "../ops/aws-client-options.ts";

/** What is read of CDK's list of a stack's assets. */
interface AssetManifest {
  readonly files: Readonly<Record<string, FileAsset>>;
}

interface FileAsset {
  readonly source: { readonly path?: string; readonly packaging?: string };
  readonly destinations: Readonly<Record<string, { bucketName: string; objectKey: string }>>;
}

/**
 * Uploads files that the endpoint does not have yet, so that CDK's command line finds them there. It
 * would write every byte that it uploads into its log in decimal: of 130 MB this takes 3 s.
 */
export async function publishAssets(endpoint: string, app: string, stack: string): Promise<void> {
  const list = readFileSync(join(app, `${stack}.assets.json`), "utf8");
  const { files } = JSON.parse(list) as AssetManifest;
  const s3 = new S3Client({ ...localClient(endpoint), forcePathStyle: true });
  try {
    for (const { source, destinations } of Object.values(files)) {
      if (source.path === undefined || source.packaging !== "file") continue;
      for (const { bucketName, objectKey } of Object.values(destinations)) {
        const object = { Bucket: inAccount(bucketName), Key: inAccount(objectKey) };
        if (await exists(s3, object)) continue;
        const Body = readFileSync(join(app, source.path));
        await s3.send(new PutObjectCommand({ ...object, Body }));
      }
    }
  } finally {
    s3.destroy();
  }
}

function inAccount(name: string): string {
  return name
    .replaceAll("${AWS::AccountId}", localAccount)
    .replaceAll("${AWS::Region}", localRegion)
    .replaceAll("${AWS::Partition}", "aws");
}

async function exists(s3: S3Client, object: { Bucket: string; Key: string }): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand(object));
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}
