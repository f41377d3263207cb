/** The AWS clients, each made when it is first asked for. A function bundles those it uses. */
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

/** With `POWERTOOLS_LOG_LEVEL=DEBUG` a function logs what each call to the table costs. */
function measured(client: DynamoDBClient): DynamoDBClient {
  if (log.getLevelName() === "DEBUG") {
    tellCapacity(client, (capacity) => log.debug("dynamodb", { ...capacity }));
  }
  return client;
}

/**
 * Gives up a call that stays silent, so that the client tries it again over
 * another connection: otherwise one dead connection would hold its function
 * until that is killed.
 */
const patience = (ms: number) => ({
  requestHandler: { requestTimeout: ms, socketTimeout: ms, throwOnRequestTimeout: true },
});
/** Far beyond what a call takes, and twice within the time of an API request. */
const usual = patience(10_000);

export const dynamoDb = /* @__PURE__ */ once(() => measured(new DynamoDBClient(usual)));
/** For what is not worth a second try, nor a long wait. */
export const dynamoDbOnce = /* @__PURE__ */ once(() =>
  measured(new DynamoDBClient({ maxAttempts: 1, ...patience(1_000) })),
);
export const eventBridge = /* @__PURE__ */ once(() => new EventBridgeClient(usual));
/** It answers when the function does that it calls. */
export const lambda = /* @__PURE__ */ once(() => new LambdaClient(patience(25_000)));
export const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient(usual));
export const stepFunctions = /* @__PURE__ */ once(() => new SFNClient(usual));
export const sqs = /* @__PURE__ */ once(() => new SQSClient(usual));
export const s3 = /* @__PURE__ */ once(
  () =>
    new S3Client({
      ...usual,
      forcePathStyle: deployment.endpoint !== undefined,
      // The default would sign a checksum of no bytes into every presigned PUT.
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
);
