/** Wake-ups that come ten times or never, and events that come three times in any order. */
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PurgeQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import pMap from "p-map";
import { chunksOf } from "../support/api.ts";
import { localClient } from "../support/deployment/emulator.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { byCalls, endsOf, eventually } from "../support/deployment/provided-app.ts";
import { markdown } from "../support/documents.ts";
import { atMost, exactly, type Scenario } from "../support/measures/figures.ts";
import { takeWakeUps } from "../support/wake-ups.ts";
import type { ChaosContext } from "./context.ts";

const jobs = 20;
const options = { chunking: { max_tokens: 100, overlap_tokens: 0 } };
const statuses = ["SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"] as const;

export const messages: Scenario<ChaosContext> = {
  name: "messages",
  about: `${jobs} jobs, every wake-up ten times, every event three times and in any order`,
  run: async ({ provider, app, client, random }) => {
    provider.script({ latencyMs: { chat: 100 } });
    provider.reset();
    const reach = localClient(app.endpoint);
    const queue = new SQSClient(reach);
    const lambda = new LambdaClient(reach);
    const { finish } = await functionNames(app.endpoint);
    const before = await executionsOf(app);

    const wakeTenTimes = () =>
      Promise.all(
        Array.from({ length: 10 }, () =>
          queue.send(
            new SendMessageCommand({
              QueueUrl: app.outputs.QueueUrl,
              MessageBody: '{"wake":"chaos"}',
            }),
          ),
        ),
      );
    /** As EventBridge tells it; true or not, early or late. */
    const tell = (jobId: string, status: (typeof statuses)[number]) =>
      lambda.send(
        new InvokeCommand({
          FunctionName: finish,
          Payload: JSON.stringify({
            "detail-type": "Step Functions Execution Status Change",
            detail: { name: `${jobId}-1`, status, error: null, cause: null },
          }),
        }),
      );

    const accepted = await pMap(
      Array.from({ length: jobs }),
      async (_, i) => {
        const job = await client.ingest({
          content_type: "text/markdown",
          text: markdown({ sections: 20, seed: 9_500 + i }),
          options,
        });
        await wakeTenTimes();
        return job;
      },
      { concurrency: 5 },
    );
    const ended = await endsOf(client, accepted);
    // Each end told again, three times, and every lie that could be told about it.
    const late = ended.flatMap(({ job_id }) =>
      [...statuses, ...statuses, ...statuses].map((status) => ({ job_id, status, at: random() })),
    );
    await pMap(
      late.toSorted((a, b) => a.at - b.at),
      ({ job_id, status }) => tell(job_id, status),
      { concurrency: 8 },
    );
    const after = await Promise.all(ended.map(({ job_id }) => client.job(job_id)));
    const overwritten = after.filter(
      (job, i) =>
        job.status !== ended[i]?.status ||
        job.completed_at !== ended[i]?.completed_at ||
        job.version < (ended[i]?.version ?? 0),
    );
    const sets = await pMap(
      ended,
      async (job) => {
        const chunks = await chunksOf(app, job.document_id);
        return (
          chunks.map((chunk) => chunk.chunk_index).join() ===
          [...Array(job.result?.chunk_count).keys()].join()
        );
      },
      { concurrency: 4 },
    );
    const executions = (await executionsOf(app)).length - before.length;
    const { queue_size, active_jobs } = await client.health();
    return [
      exactly("jobs completed", ended.filter(({ status }) => status === "completed").length, jobs),
      exactly("executions started", executions, jobs),
      exactly("documents with exactly their chunks, each once", sets.filter(Boolean).length, jobs),
      exactly("ends overwritten by later tales", overwritten.length, 0),
      exactly("slots taken afterwards", queue_size + active_jobs, 0),
    ];
  },
};

export const lostWakeUps: Scenario<ChaosContext> = {
  name: "lost-wake-ups",
  about: "15 jobs, and every wake-up is lost: only the sweep of each minute is left",
  run: async ({ provider, app, client }) => {
    provider.script({});
    provider.reset();
    const queue = new SQSClient(localClient(app.endpoint));
    await takeWakeUps(app, false);
    const accepted = await pMap(
      Array.from({ length: 15 }),
      (_, i) =>
        client.ingest({
          content_type: "text/markdown",
          text: markdown({ sections: 5, seed: 9_700 + i }),
          options,
        }),
      { concurrency: 5 },
    );
    await queue.send(new PurgeQueueCommand({ QueueUrl: app.outputs.QueueUrl }));
    const lostAtMs = Date.now();
    await takeWakeUps(app, true);
    const ended = await endsOf(client, accepted);
    const minutes = (Date.now() - lostAtMs) / 60_000;
    await eventually(
      "an empty gate",
      async () => {
        const { queue_size, active_jobs } = await client.health();
        return queue_size + active_jobs === 0;
      },
      byCalls,
    );
    return [
      exactly("jobs completed", ended.filter(({ status }) => status === "completed").length, 15),
      atMost("minutes until all were done", minutes, 3),
    ];
  },
};

async function executionsOf(app: ChaosContext["app"]) {
  const machine = new SFNClient(localClient(app.endpoint));
  const { executions = [] } = await machine.send(
    new ListExecutionsCommand({ stateMachineArn: app.outputs.StateMachineArn, maxResults: 1_000 }),
  );
  return executions;
}
