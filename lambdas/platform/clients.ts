/** The AWS clients, each created on first use. A function bundles only those it uses. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { deployment } from "./deployment.ts";
import { tellCapacity } from "./dynamodb/capacity.ts";
import { log } from "./log.ts";

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

/** With `POWERTOOLS_LOG_LEVEL=DEBUG`, a function logs the cost of each call to the table. */
function measured(client: DynamoDBClient): DynamoDBClient {
  if (log.getLevelName() === "DEBUG") {
    tellCapacity(client, (capacity) => log.debug("dynamodb", { ...capacity }));
  }
  return client;
}

/**
 * Ends a silent call, so that the client retries it over another connection. Otherwise one dead
 * connection would block its function until Lambda kills it.
 */
const patience = (ms: number) => ({
  requestHandler: { requestTimeout: ms, socketTimeout: ms, throwOnRequestTimeout: true },
});
/** Far longer than any call takes; two such calls fit into an API request. */
const usual = patience(10_000);

export const dynamoDb = /* @__PURE__ */ once(() => measured(new DynamoDBClient(usual)));
/** For calls that are worth neither a retry nor a long wait. */
export const dynamoDbOnce = /* @__PURE__ */ once(() =>
  measured(new DynamoDBClient({ maxAttempts: 1, ...patience(1_000) })),
);
export const eventBridge = /* @__PURE__ */ once(() => new EventBridgeClient(usual));
/** An invoke call returns only after the invoked function does. */
export const lambda = /* @__PURE__ */ once(() => new LambdaClient(patience(25_000)));
export const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient(usual));
/** For a secret of another region than the function's. */
export const secretsManagerIn = (region: string) => new SecretsManagerClient({ ...usual, region });
export const stepFunctions = /* @__PURE__ */ once(() => new SFNClient(usual));
export const sqs = /* @__PURE__ */ once(() => new SQSClient(usual));
export const s3 = /* @__PURE__ */ once(
  () =>
    new S3Client({
      ...usual,
      forcePathStyle: deployment.endpoint !== undefined,
      // The default would sign the checksum of an empty body into every presigned PUT.
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
);
