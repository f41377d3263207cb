/** Buckets as sources: their events, and the queue of what may have changed. */
import { Aws, Duration, Stack } from "aws-cdk-lib";
import * as events from "aws-cdk-lib/aws-events";
import * as targets from "aws-cdk-lib/aws-events-targets";
import * as iam from "aws-cdk-lib/aws-iam";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import * as sqs from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { objectEventTypes } from "../../../lambdas/contract/sources.ts";
import type { Config } from "../../config.ts";
import { explain } from "../../explain.ts";
import type { Data } from "../data.ts";
import type { Functions } from "../functions.ts";
import { onlyNow } from "../only-now.ts";
import { sourcesOf } from "./source-grants.ts";

export interface SourcesProps {
  readonly config: Config;
  readonly data: Data;
  readonly functions: Functions;
}

/** Makes nothing in a deployment without sources. */
export class Sources extends Construct {
  /** Missing in a deployment without sources. */
  readonly hints?: sqs.Queue;

  constructor(scope: Construct, id: string, { config, data, functions }: SourcesProps) {
    super(scope, id);
    const sources = sourcesOf(config.settings);
    if (sources.length === 0) return;
    const feed = functions.of("feed");
    const queue = (this.hints = new sqs.Queue(this, "Hints", {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Six times the consumer's time-out, as Lambda recommends.
      visibilityTimeout: Duration.seconds(6 * (feed.timeout?.toSeconds() ?? 0)),
      retentionPeriod: Duration.days(1),
    }));
    explain(
      queue,
      "AwsSolutions-SQS3",
      "A message is only a hint that an object may have changed. A hint that cannot be followed for a day expires, and the daily comparison with the bucket finds the object.",
    );
    for (const waking of [feed, functions.of("reconcile")]) {
      waking.addEnvironment("SLUICE_SOURCE_HINTS_URL", queue.queueUrl);
      queue.grantSendMessages(waking);
    }
    functions.live("feed").addEventSource(
      new SqsEventSource(queue, {
        // Many hints are answered by one look at the free slots.
        batchSize: 50,
        maxBatchingWindow: Duration.seconds(1),
        maxConcurrency: 2,
        reportBatchItemFailures: true,
      }),
    );
    const toQueue = new targets.SqsQueue(this.#openToRules(queue));
    for (const [i, { name, bucket, prefix }] of sources.entries()) {
      new events.Rule(this, `Changed${i}`, {
        description: `Sluice: objects of the source ${name}`,
        eventPattern: {
          source: ["aws.s3"],
          detailType: [...objectEventTypes],
          detail: {
            bucket: { name: [bucket] },
            ...(prefix === "" ? {} : { object: { key: [{ prefix }] } }),
          },
        },
        targets: [toQueue],
      });
    }
    new events.Rule(this, "JobEnded", {
      description: "Sluice: a slot may be free for an object of a source",
      eventBus: data.bus,
      eventPattern: {
        source: ["sluice"],
        detailType: ["job.completed", "job.failed", "job.cancelled"],
      },
      targets: [toQueue],
    });
    new events.Rule(this, "EveryMinute", {
      description: "Sluice: feeds and compares sources",
      schedule: events.Schedule.rate(Duration.minutes(1)),
      targets: [toQueue, new targets.LambdaFunction(functions.live("reconcile"), onlyNow)],
    });
    functions.live("reconcile").configureAsyncInvoke(onlyNow);
  }

  /**
   * The CDK adds a statement to the queue's policy for each rule, and SQS takes 20 statements and 10
   * conditions. One statement covers all rules; the CDK adds none to a queue that it does not own.
   */
  #openToRules(queue: sqs.Queue): sqs.IQueue {
    const rules = Stack.of(this).formatArn({
      service: "events",
      resource: "rule",
      resourceName: "*",
    });
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal("events.amazonaws.com")],
        actions: ["sqs:SendMessage"],
        resources: [queue.queueArn],
        conditions: {
          StringEquals: { "aws:SourceAccount": Aws.ACCOUNT_ID },
          ArnLike: { "aws:SourceArn": rules },
        },
      }),
    );
    return sqs.Queue.fromQueueArn(this, "HintsTarget", queue.queueArn);
  }
}
