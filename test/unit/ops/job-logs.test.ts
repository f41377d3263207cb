import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as really } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { localClient } from "../../../ops/aws-client-options.ts";
import { linesWith, logsClient } from "../../../ops/job-logs.ts";
import { closeAtOnce, listen } from "../../support/loopback.ts";

const steps = Array.from({ length: 35 }, (_, i) => `step${String.fromCharCode(97 + (i % 26))}${i}`);

const resources = `<ListStackResourcesResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
<ListStackResourcesResult><StackResourceSummaries>${steps
  .map(
    (step) => `<member><ResourceType>AWS::Logs::LogGroup</ResourceType>
<LogicalResourceId>Observability${step}logs0A1B2C3D</LogicalResourceId>
<PhysicalResourceId>/own/${step}</PhysicalResourceId></member>`,
  )
  .join("")}</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`;

/** CloudFormation and CloudWatch Logs, which refuses its first calls for want of quota. */
let server: Server;
let endpoint: string;
let refusals = 0;
let inFlight = 0;
let mostInFlight = 0;

async function answerLogs(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { logGroupName } = JSON.parse(await text(request)) as { logGroupName: string };
  inFlight += 1;
  mostInFlight = Math.max(mostInFlight, inFlight);
  await really(2);
  inFlight -= 1;
  const isRefused = refusals > 0;
  if (isRefused) refusals -= 1;
  const refused = { __type: "ThrottlingException", message: "Rate exceeded" };
  const found = { events: [{ timestamp: 1, message: `the job of ${logGroupName}` }] };
  response.writeHead(isRefused ? 400 : 200, { "content-type": "application/x-amz-json-1.1" });
  response.end(JSON.stringify(isRefused ? refused : found));
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const logs = String(request.headers["x-amz-target"]).endsWith("FilterLogEvents");
    if (logs) void answerLogs(request, response);
    else response.end(resources);
  });
  endpoint = await listen(server);
});
afterAll(() => closeAtOnce(server));

test("all log groups are read two at a time, however long the quota makes their reader wait", async () => {
  refusals = 6;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  const reading = linesWith(
    "job",
    new CloudFormationClient(localClient(endpoint)),
    logsClient(localClient(endpoint)),
    { fromMs: 0, untilMs: 10 },
  );
  const state = { ended: false };
  const end = reading.finally(() => {
    state.ended = true;
  });
  // A refusal ends the test, but only after the loop.
  end.catch(() => {});
  while (!state.ended) {
    await really(1);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  vi.useRealTimers();
  const found = (await end).map(({ step, text: line }) => `${step}: ${line}`);
  expect(found.toSorted()).toEqual(
    steps.map((step) => `${step}: the job of /own/${step}`).toSorted(),
  );
  expect(mostInFlight).toBeLessThanOrEqual(2);
});
