/** Returns the vectors of a deployed stack to an earlier time, local or on AWS. */
import { S3Client } from "@aws-sdk/client-s3";
import type { AwsClientOptions } from "../../ops/aws-client-options.ts";
import { type Restored, restoreObjects } from "../../ops/restore-objects.ts";
import { onStack } from "./stack.ts";

/** @throws DeploymentError if there is no stack, or if AWS refuses */
export function restoreVectors(reach: AwsClientOptions, at: Date): Promise<Restored> {
  const failed = "The vectors could not be restored completely. Run the command again";
  return onStack(reach, failed, async ({ VectorsBucketName }) => {
    const client = new S3Client({ ...reach, forcePathStyle: reach.endpoint !== undefined });
    try {
      return await restoreObjects(client, VectorsBucketName, at);
    } finally {
      client.destroy();
    }
  });
}
