/**
 * `npm run smoke`: sends documents through a deployed stack, in the account of the AWS credentials,
 * and measures what no emulator shows: cold starts, memory, the latency of S3 and throttling. Prints
 * each figure beside what the documentation claims; the exit status is 1 if a claim does not hold.
 * `SLUICE_STACK` names the stack. What it makes is removed at the end.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createClient } from "../cli/client.ts";
import { untilKeyIsKnown } from "../cli/new-key.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { issueKey, revokeKey } from "../ops/api-keys.ts";
import { accountClient } from "../ops/aws-client-options.ts";
import { readOutputs, stackName } from "../ops/deployed-stack.ts";
import { LocalFailure } from "../ops/failure.ts";
import { linesWith, logsClient } from "../ops/job-logs.ts";
import { runsByStep } from "../ops/run-reports.ts";

/** CloudWatch shows a line some seconds after it was written. */
const isEmulator = Boolean(environment["AWS_ENDPOINT_URL"]);
const logDelayMs = isEmulator ? 1_000 : 30_000;
const documents = 5;
const account = accountClient();
/** What the documentation claims; docs/pipeline/README.md lists the same. */
const claims = { coldStartMs: 5_000, memoryShare: 0.9, s3Ms: 300, searchMs: 2_000 };

const problems: string[] = [];
function claim(what: string, measured: number, most: number, unit: string): void {
  const holds = measured <= most;
  console.log(
    `${holds ? "ok    " : "FAILED"} ${what.padEnd(34)} ${measured.toFixed(0).padStart(7)} ${unit}, at most ${most}`,
  );
  if (!holds) problems.push(what);
}

let gaps = 0;
/** What this run cannot say anything about. */
function unmeasured(what: string): void {
  gaps += 1;
  console.log(`note   ${what}`);
}

async function timed<T>(work: () => Promise<T>): Promise<readonly [T, number]> {
  const startedAt = performance.now();
  const result = await work();
  return [result, performance.now() - startedAt];
}

async function smoke(): Promise<void> {
  const cloudFormation = new CloudFormationClient(account);
  const outputs = await readOutputs(cloudFormation);
  if (outputs === undefined) {
    throw new LocalFailure(
      `The stack ${stackName} is not deployed in this account and region. Set SLUICE_STACK, or run \`npm run deploy\` first.`,
    );
  }
  if (outputs.Auth !== "key") {
    throw new LocalFailure(
      `The stack ${stackName} was deployed with SLUICE_AUTH=${outputs.Auth}. The smoke test calls with a key that it makes: run it on a stage whose callers have keys.`,
    );
  }
  const fromMs = Date.now();
  const name = `smoke-${randomUUID()}`;
  const { value: apiKey } = await issueKey(account, outputs, {
    name,
    caller: { tenant: name, role: "tenant" },
  });
  try {
    const client = createClient({ apiUrl: outputs.ApiUrl, apiKey, patienceMs: 120_000 });
    await untilKeyIsKnown(client);
    const ids = Array.from({ length: documents }, (_, i) => `smoke-${i}`);
    const ended = await Promise.all(
      ids.map(async (document_id) => {
        const text = `The document ${document_id} of ${name} mentions a lighthouse of granite.`;
        const { job_id } = await client.ingest({ document_id, text });
        let status = "queued";
        for await (const job of client.watch(job_id)) status = job.status;
        return status;
      }),
    );
    claim("jobs that did not complete", ended.filter((one) => one !== "completed").length, 0, "");
    const query = { query: "what is the lighthouse made of", limit: 10 };
    const [first] = await timed(() => client.search(query));
    claim("documents that are not found", documents - first.results.length, 0, "");
    const [, warmMs] = await timed(() => client.search(query));
    claim("a warm search", warmMs, claims.searchMs, "ms");
    for (const id of ids) await client.removeDocument(id);
    await measureS3(outputs.DocumentsBucketName, name);
  } finally {
    await revokeKey(account, outputs, name);
  }
  await measureFunctions(cloudFormation, fromMs);
  cloudFormation.destroy();
}

async function measureS3(Bucket: string, name: string): Promise<void> {
  const s3 = new S3Client({ ...account, forcePathStyle: isEmulator });
  const Key = `${name}.txt`;
  const [, putMs] = await timed(() => s3.send(new PutObjectCommand({ Bucket, Key, Body: name })));
  const [, getMs] = await timed(async () => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
    return Body?.transformToString();
  });
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  s3.destroy();
  claim("a write to S3 from this machine", putMs, claims.s3Ms, "ms");
  claim("a read from S3 to this machine", getMs, claims.s3Ms, "ms");
}

async function measureFunctions(client: CloudFormationClient, fromMs: number): Promise<void> {
  await pause(logDelayMs);
  const logs = logsClient(account);
  const window = { fromMs, untilMs: Date.now() };
  const runs = runsByStep(await linesWith("REPORT RequestId", client, logs, window));
  const throttled = await linesWith("TooManyRequestsException", client, logs, window);
  logs.destroy();
  claim("throttled calls of functions", throttled.length, 0, "");
  if (isEmulator) {
    unmeasured("cold starts and memory: what an emulator reports of them says nothing of Lambda");
    return;
  }
  if (runs.length === 0) unmeasured("the functions' logs have no reports of Lambda");
  for (const { step, runs: count, coldStarts, longestInitMs, memoryMb, mostUsedMb } of runs) {
    const start = `${step}: cold start (${coldStarts} of ${count})`;
    if (coldStarts === 0) unmeasured(`${start}: all were warm`);
    else claim(start, longestInitMs, claims.coldStartMs, "ms");
    claim(`${step}: memory`, mostUsedMb, Math.floor(memoryMb * claims.memoryShare), "MB");
  }
}

try {
  await smoke();
  const sum =
    gaps === 0 ? "All claims hold." : `All claims hold that were measured; not measured: ${gaps}.`;
  console.log(problems.length === 0 ? sum : `Failed: ${problems.join(", ")}.`);
  process.exitCode = problems.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof LocalFailure ? error.message : error);
  process.exitCode = 1;
}
