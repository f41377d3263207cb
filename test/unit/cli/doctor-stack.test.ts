import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { expect, test, vi } from "vitest";
import { checkAlarms, checkListeners } from "../../../cli/doctor/stack.ts";
import { localClient } from "../../../ops/aws-client-options.ts";

const reach = localClient("http://127.0.0.1:9");
const quiet = { StateValue: "OK", ActionsEnabled: true, AlarmActions: ["arn:topic"] };

test("the alarms of a deployment are those that bear its name, whatever its neighbours are called", async () => {
  const send = vi.spyOn(CloudWatchClient.prototype, "send");
  const names = ["QueueFull", "FunctionErrors-submit", "Prod-QueueFull", "prod-QueueFull"];
  const MetricAlarms = names.map((name) => ({ ...quiet, AlarmName: `Library-${name}` }));
  send.mockResolvedValue({ MetricAlarms } as never);
  expect(await checkAlarms(reach, "Library")).toEqual([
    { check: "alarms", verdict: "ok", says: "All 2 alarms are quiet." },
  ]);
  expect(send.mock.calls[0]?.[0].input).toMatchObject({ AlarmNamePrefix: "Library-" });
  send.mockRestore();
});

test("a subscription is found on whichever page of the stack's resources it is", async () => {
  const send = vi.spyOn(CloudFormationClient.prototype, "send");
  const pages = [
    { StackResourceSummaries: [{ ResourceType: "AWS::SNS::Topic" }], NextToken: "2" },
    { StackResourceSummaries: [{ ResourceType: "AWS::SNS::Subscription" }] },
  ];
  for (const page of pages) send.mockResolvedValueOnce(page as never);
  const client = new CloudFormationClient(reach);
  expect(await checkListeners(client)).toMatchObject([{ check: "listeners", verdict: "ok" }]);
  client.destroy();
  send.mockRestore();
});
