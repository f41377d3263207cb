/** A function behind the API that fails to answer: the API's own error response, as on AWS. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  PutGatewayResponseCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from "@aws-sdk/client-api-gateway";
import { CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, expect, inject, test } from "vitest";
import { localClient } from "../../support/deployment/emulator.ts";
import { customRuntime, functionCode } from "../../support/deployment/function-code.ts";

const endpoint = inject("endpoint");
const lambda = new LambdaClient(localClient(endpoint));
const gateway = new APIGatewayClient(localClient(endpoint));
afterAll(() => {
  lambda.destroy();
  gateway.destroy();
});

const envelope = { error: "Not available. Try again.", code: "unavailable" };

async function apiOf(functionArn: string): Promise<string> {
  const { id: restApiId } = await gateway.send(new CreateRestApiCommand({ name: randomUUID() }));
  const { items = [] } = await gateway.send(new GetResourcesCommand({ restApiId }));
  const parentId = items[0]?.id;
  const { id: resourceId } = await gateway.send(
    new CreateResourceCommand({ restApiId, parentId, pathPart: "failing" }),
  );
  const method = { restApiId, resourceId, httpMethod: "GET" };
  await gateway.send(new PutMethodCommand({ ...method, authorizationType: "NONE" }));
  await gateway.send(
    new PutIntegrationCommand({
      ...method,
      type: "AWS_PROXY",
      integrationHttpMethod: "POST",
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
    }),
  );
  await gateway.send(
    new PutGatewayResponseCommand({
      restApiId,
      responseType: "INTEGRATION_FAILURE",
      statusCode: "503",
      responseTemplates: { "application/json": JSON.stringify(envelope) },
    }),
  );
  await gateway.send(new CreateDeploymentCommand({ restApiId, stageName: "v1" }));
  return `${endpoint}/restapis/${restApiId}/v1/_user_request_/failing`;
}

test("a function that cannot start is answered with the API's error response", async () => {
  const { FunctionArn = "" } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: `failing-${randomUUID().slice(0, 8)}`,
      ...customRuntime,
      Code: {
        ZipFile: await functionCode(
          join(import.meta.dirname, "../../support/deployment/slow-start.ts"),
        ),
      },
      Timeout: 10,
      MemorySize: 512,
      Environment: { Variables: { START_ERROR: "SettingsError" } },
    }),
  );
  const answer = await fetch(await apiOf(FunctionArn));
  expect(answer.status).toBe(503);
  expect(await answer.json()).toEqual(envelope);
});
