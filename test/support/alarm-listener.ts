/** Hears alarms as their subscribers do: from the topic, in a queue. */
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { localClient } from "./emulator.ts";

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
