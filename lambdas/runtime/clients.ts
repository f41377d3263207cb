/** The AWS clients, each made when it is first asked for. A function bundles those it uses. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { tellCapacity } from "../adapters/aws/dynamodb/capacity.ts";
import { deployment } from "./deployment.ts";
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

export const dynamoDb = /* @__PURE__ */ once(() => measured(new DynamoDBClient({})));
/** For what is not worth a second try, nor a long wait. */
export const dynamoDbOnce = /* @__PURE__ */ once(() =>
  measured(new DynamoDBClient({ maxAttempts: 1, requestHandler: { requestTimeout: 500 } })),
);
export const eventBridge = /* @__PURE__ */ once(() => new EventBridgeClient({}));
export const lambda = /* @__PURE__ */ once(() => new LambdaClient({}));
export const secretsManager = /* @__PURE__ */ once(() => new SecretsManagerClient({}));
export const stepFunctions = /* @__PURE__ */ once(() => new SFNClient({}));
export const sqs = /* @__PURE__ */ once(() => new SQSClient({}));
export const s3 = /* @__PURE__ */ once(
  () =>
    new S3Client({
      forcePathStyle: deployment.endpoint !== undefined,
      // The default would sign a checksum of no bytes into every presigned PUT.
      requestChecksumCalculation: "WHEN_REQUIRED",
    }),
);
