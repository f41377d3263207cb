/**
 * `npm run bench:cost`: what one document costs on AWS, counted on the emulator:
 * state transitions of its execution, time and memory of every function it ran,
 * and the units that DynamoDB says each call took. Prices are AWS's list.
 */

import {
  LambdaClient,
  paginateListFunctions,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetExecutionHistoryCommand, ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { createClient } from "../../cli/client.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { type DeployedApp, deployApp } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { markdown } from "../support/documents.ts";
import { startFakeProvider } from "../support/fake-provider/fake-provider.ts";
import { jsonOf, type LogLine, logLines } from "../support/measures/telemetry.ts";

/** us-east-1, without free tiers, in US dollars; November 2026. */
const prices = {
  transition: 25 / 1e6,
  request: 0.2 / 1e6,
  gigabyteSecond: 16.6667 / 1e6,
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
};
/** As long as a small hosted model takes for a description, and for a batch of vectors. */
const latencyMs = { chat: 1_500, embeddings: 300 };
const reads = new Set(["GetItemCommand", "BatchGetItemCommand", "QueryCommand"]);

interface Count {
  /** Each run of a batch's function was a state of a map. */
  readonly batches: number;
  readonly requests: number;
  readonly gigabyteSeconds: number;
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** So that functions log what each call to the table took. */
async function letTell(app: DeployedApp): Promise<void> {
  const lambda = new LambdaClient(localClient(app.endpoint));
  for await (const { Functions = [] } of paginateListFunctions({ client: lambda }, {})) {
    for (const { FunctionName, Environment } of Functions) {
      const Variables = { ...Environment?.Variables, POWERTOOLS_LOG_LEVEL: "DEBUG" };
      await lambda.send(
        new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
      );
    }
  }
}

/** Those outside of the two maps; the emulator's history leaves out what happens within. */
async function outerTransitions(app: DeployedApp, job: JobAnswer): Promise<number> {
  const client = new SFNClient(localClient(app.endpoint));
  const { executions = [] } = await client.send(
    new ListExecutionsCommand({ stateMachineArn: app.outputs.StateMachineArn }),
  );
  const execution = executions.find(({ name }) => name?.startsWith(job.job_id));
  let entered = 0;
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetExecutionHistoryCommand({ executionArn: execution?.executionArn, nextToken }),
    );
    entered += (page.events ?? []).filter(({ type }) => type?.endsWith("StateEntered")).length;
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
  return entered;
}

/** Sweep and maintain run anyway; `status` is the bench's own look. */
const background = /sweep|maintain|status/i;

function countOf(lines: readonly LogLine[]): Count {
  const own = lines.filter(({ group }) => !background.test(group));
  const runs = own.flatMap(({ message }) => {
    const found = /^REPORT .*?Duration: ([\d.]+) ms.*?Memory Size: (\d+) MB/.exec(message);
    return found === null ? [] : [{ ms: Number(found[1]), mb: Number(found[2]) }];
  });
  const calls = own
    .map(jsonOf)
    .filter((line) => line?.["message"] === "dynamodb")
    .map((line) => ({ command: String(line?.["command"]), units: Number(line?.["units"]) }));
  const units = (read: boolean) =>
    calls
      .filter(({ command }) => reads.has(command) === read)
      .reduce((sum, call) => sum + call.units, 0);
  const isBatch = ({ group, message }: LogLine) =>
    /(metadata|embed)/i.test(group) && message.startsWith("REPORT");
  return {
    batches: own.filter(isBatch).length,
    requests: runs.length,
    gigabyteSeconds: runs.reduce((sum, { ms, mb }) => sum + (ms / 1_000) * (mb / 1_024), 0),
    readUnits: units(true),
    writeUnits: units(false),
  };
}

function difference(after: Count, before: Count): Count {
  return {
    batches: after.batches - before.batches,
    requests: after.requests - before.requests,
    gigabyteSeconds: after.gigabyteSeconds - before.gigabyteSeconds,
    readUnits: after.readUnits - before.readUnits,
    writeUnits: after.writeUnits - before.writeUnits,
  };
}

/** @param outer transitions outside of the maps */
function print(title: string, job: JobAnswer, count: Count, outer: number): void {
  const maps = count.batches > 0 ? 2 : 0;
  const lines = [
    ["state transitions", outer + maps + count.batches, prices.transition],
    ["function requests", count.requests, prices.request],
    ["function GB-s", count.gigabyteSeconds, prices.gigabyteSecond],
    ["DynamoDB read units", count.readUnits, prices.readUnit],
    ["DynamoDB write units", count.writeUnits, prices.writeUnit],
  ] as const;
  const usage = job.result?.usage;
  console.log(`\n${title}: ${job.status}, ${job.result?.chunk_count} chunks`);
  console.log(`${"".padEnd(22)}${"a document".padStart(12)}${"1,000 cost".padStart(14)}`);
  let sum = 0;
  for (const [name, amount, price] of lines) {
    sum += amount * price * 1_000;
    const cost = `$${(amount * price * 1_000).toFixed(4)}`;
    console.log(`${name.padEnd(22)}${amount.toFixed(1).padStart(12)}${cost.padStart(14)}`);
  }
  console.log(`${"all of these".padEnd(34)}${`$${sum.toFixed(4)}`.padStart(14)}`);
  console.log(
    `model calls: ${usage?.llm_calls} + ${usage?.embedding_calls}, tokens: ${usage?.prompt_tokens} in, ${usage?.completion_tokens} out, ${usage?.embedding_tokens} embedded`,
  );
}

const provider = await startFakeProvider({ latencyMs });
const app = await deployApp({
  SLUICE_METADATA_PROVIDER: "openai",
  SLUICE_LLM_BASE_URL: provider.baseUrl,
  SLUICE_EMBEDDINGS_PROVIDER: "openai",
  SLUICE_EMBEDDINGS_BASE_URL: provider.baseUrl,
});
try {
  await letTell(app);
  const client = createClient(app);
  const document = {
    content_type: "text/markdown",
    text: markdown({ sections: 50, seed: 5 }),
    options: { chunking: { max_tokens: 100, overlap_tokens: 0 } },
  };
  const measure = async (title: string, document_id: string) => {
    const before = countOf(await logLines(app.endpoint));
    const { job_id } = await client.ingest({ ...document, document_id });
    let job: JobAnswer | undefined;
    for await (job of client.watch(job_id));
    if (job === undefined) throw new Error("The job was never seen.");
    // Finish's own lines are there once it has ended, a moment after the job has.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const count = difference(countOf(await logLines(app.endpoint)), before);
    print(title, job, count, await outerTransitions(app, job));
  };
  await measure("A new document", "one");
  await measure("The same text again, under another name", "two");
  await measure("The same document again", "one");
} finally {
  await app.stop();
  await provider.close();
}
