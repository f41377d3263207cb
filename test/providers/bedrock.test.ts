/** A document on its whole way with Bedrock in both roles, by a stand-in of the service over HTTP. */
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import { chunkPageSchema } from "../../lambdas/contract/calls/documents.ts";
import { callApi, chunksOf } from "../support/api.ts";
import { type BedrockStandIn, startBedrockStandIn } from "../support/bedrock-stand-in.ts";
import { type DeployedApp, deployApp } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { endOf, eventually } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";

let standIn: BedrockStandIn;
let app: DeployedApp;
let client: Client;

beforeAll(async () => {
  standIn = await startBedrockStandIn();
  app = await deployApp({
    SLUICE_METADATA_PROVIDER: "bedrock",
    SLUICE_EMBEDDINGS_PROVIDER: "bedrock",
    SLUICE_BREAKER_COOLDOWN_SECONDS: "2",
  });
  client = createClient(app);
  await callInstead(standIn.url);
});
afterAll(async () => {
  await app?.stop();
  await standIn?.close();
});

/** The emulator's Bedrock answers the same to every text: the SDK's own variable names another. */
async function callInstead(url: string): Promise<void> {
  const lambda = new LambdaClient(localClient(app.endpoint));
  const { metadata, embed } = await functionNames(app.endpoint);
  for (const FunctionName of [metadata, embed]) {
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    const Variables = { ...Environment?.Variables, AWS_ENDPOINT_URL_BEDROCK_RUNTIME: url };
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
    );
  }
}

test("a job waits while Bedrock throttles every call, then is described, embedded, found and counted", async () => {
  const type = "ThrottlingException";
  const message = "Too many requests, please wait before trying again.";
  standIn.faults = [{ status: 429, type, message }];
  const accepted = await client.ingest({
    content_type: "text/markdown",
    text: markdown({ sections: 14, seed: 9_000 }),
    options: { chunking: { max_tokens: 100, overlap_tokens: 0 } },
  });
  await eventually("the job says that it waits for Bedrock", async () => {
    const { stages } = await client.job(accepted.job_id);
    return stages.metadata.held_until !== undefined;
  });
  const waiting = await client.job(accepted.job_id);
  expect(waiting.terminal).toBe(false);
  expect(waiting.stages.metadata.last_failure).toMatchObject({ status: 429 });

  standIn.faults = [];
  const throttled = standIn.asked.length;
  const job = await endOf(client, accepted);
  expect(job).toMatchObject({ status: "completed", result: { degraded: false } });

  const chunks = await chunksOf(app, job.document_id);
  expect(chunks.length).toBeGreaterThanOrEqual(14);
  for (const { metadata } of chunks) expect(metadata?.title).toMatch(/\S/);
  const { body } = await callApi(app, "GET", `/documents/${job.document_id}/chunks?vectors=true`);
  const embedded = chunkPageSchema.parse(body).chunks;
  expect(embedded.map(({ vector }) => vector?.length)).toEqual(chunks.map(() => 64));

  // Each text once, and what was turned away: all of it is counted.
  const answered = standIn.asked.slice(throttled);
  expect(answered.filter(({ operation }) => operation === "converse").length).toBe(chunks.length);
  expect(answered.filter(({ operation }) => operation === "invoke").length).toBe(chunks.length);
  const usage = job.result?.usage;
  expect((usage?.llm_calls ?? 0) + (usage?.embedding_calls ?? 0)).toBe(standIn.asked.length);
  expect(usage?.prompt_tokens).toBeGreaterThan(0);
  expect(usage?.embedding_tokens).toBeGreaterThan(0);

  const { results } = await client.search({ query: chunks[3]?.text.slice(0, 200) ?? "", limit: 3 });
  expect(results[0]).toMatchObject({ document_id: job.document_id, chunk_index: 3 });
  expect(results[0]?.vector_score).toBeGreaterThan(0);
});
