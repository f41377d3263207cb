/** Makes alarms ring, and hears them as their subscribers do: from the topic, in a queue. */
import {
  CloudWatchClient,
  type MetricAlarm,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from "@aws-sdk/client-cloudwatch";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { localClient } from "../deployment/emulator.ts";

/** Subscribes a queue to the topic; answers the names of alarms that rang, until there are so many. */
export async function listenTo(
  endpoint: string,
  TopicArn: string,
): Promise<(count: number) => Promise<Set<string>>> {
  const sqs = new SQSClient(localClient(endpoint));
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "rung" }));
  const answer = await fetch(endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      authorization:
        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=0",
    },
    body: new URLSearchParams({
      Action: "Subscribe",
      Version: "2010-03-31",
      TopicArn,
      Protocol: "sqs",
      Endpoint: "arn:aws:sqs:us-east-1:000000000000:rung",
    }),
  });
  if (!answer.ok) throw new Error(`The topic takes no subscription: ${answer.status}`);
  return async (count) => {
    const names = new Set<string>();
    for (let look = 0; look < 30 && names.size < count; look++) {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }),
      );
      for (const { Body = "{}" } of Messages) {
        const { Message } = JSON.parse(Body) as { Message: string };
        const told = JSON.parse(Message) as { AlarmName: string; NewStateValue: string };
        if (told.NewStateValue === "ALARM") names.add(told.AlarmName);
      }
    }
    return names;
  };
}

/** Puts what each of them watches over its threshold; those that ring at silence are told to. */
export async function letRing(endpoint: string, alarms: readonly MetricAlarm[]): Promise<void> {
  const client = new CloudWatchClient(localClient(endpoint));
  const [atSilence = [], others = []] = [true, false].map((silence) =>
    alarms.filter(({ TreatMissingData }) => (TreatMissingData === "breaching") === silence),
  );
  for (const { Namespace, MetricName, Dimensions, Threshold = 0 } of others) {
    // So many that what the run itself emitted does not pull an average below.
    const values = Array.from({ length: 8 }, () => Threshold * 2);
    await client.send(
      new PutMetricDataCommand({
        Namespace,
        MetricData: values.map((Value) => ({ MetricName, Dimensions, Value })),
      }),
    );
  }
  // The emulator does not judge silence, and judges anew whatever it has data of at each value that is put.
  for (const { AlarmName } of atSilence) {
    await client.send(
      new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "No data" }),
    );
  }
}
