/** The alarms and the topic that they notify. */
import { Duration, Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Config } from "../config.ts";
import { type Alarm, alarms } from "../observability/alarms.ts";
import type { Data } from "./data.ts";
import { deploymentName } from "./deployment-name.ts";
import type { Functions } from "./functions.ts";
import { ownMetric } from "./own-metric.ts";

const atThreshold = {
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  // Most watched metrics have no data while everything works.
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
} as const;
/**
 * Minutes without data count as zero once there was any. A new deployment has none yet: its alarm
 * waits for the first data instead of firing before it. A silence that is longer than all the
 * minutes that are looked at leaves the alarm as it is.
 */
const atSilence = {
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: cloudwatch.TreatMissingData.IGNORE,
} as const;

/** Emulators compute no metric math. */
const atSilenceWithoutMath = {
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: cloudwatch.TreatMissingData.BREACHING,
} as const;

export interface AlarmsProps {
  readonly config: Config;
  readonly data: Data;
  readonly functions: Functions;
  /** @default a new one */
  readonly topic?: sns.ITopic;
}

export class Alarms extends Construct {
  readonly topic: sns.ITopic;

  constructor(scope: Construct, id: string, { config, data, functions, topic }: AlarmsProps) {
    super(scope, id);
    const { settings, target } = config;
    const onAws = target.kind === "aws";
    this.topic = topic ?? this.#ownTopic();
    if (settings.ALARM_EMAIL !== undefined) {
      this.topic.addSubscription(new EmailSubscription(settings.ALARM_EMAIL));
    }
    const action = new SnsAction(this.topic);
    for (const alarm of alarms(settings)) {
      const made = new cloudwatch.Alarm(this, alarm.name, {
        alarmName: `${deploymentName(this)}-${alarm.name}`,
        alarmDescription: `${alarm.says} What to do: docs/runbooks/alarms.md, ${alarm.runbook}.`,
        threshold: alarm.threshold,
        ...(alarm.firesWithoutData && onAws
          ? {
              ...atSilence,
              metric: zeroWhenSilent(metricOf(this, alarm, data, functions)),
              evaluationPeriods: 3 * alarm.periods,
              datapointsToAlarm: alarm.periods,
            }
          : {
              ...(alarm.firesWithoutData ? atSilenceWithoutMath : atThreshold),
              metric: metricOf(this, alarm, data, functions),
              evaluationPeriods: alarm.periods,
            }),
      });
      made.addAlarmAction(action);
      made.addOkAction(action);
    }
  }

  /** A topic with its own policy loses the default policy, which lets alarms publish. */
  #ownTopic(): sns.Topic {
    const topic = new sns.Topic(this, "Topic", {
      displayName: "Sluice: a problem needs attention",
      enforceSSL: true,
    });
    topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
    return topic;
  }
}

function zeroWhenSilent(data: cloudwatch.IMetric): cloudwatch.MathExpression {
  return new cloudwatch.MathExpression({
    expression: "FILL(data, 0)",
    usingMetrics: { data },
    period: Duration.minutes(1),
  });
}

function metricOf(
  scope: Construct,
  { source, statistic, periodMinutes }: Alarm,
  data: Data,
  functions: Functions,
): cloudwatch.IMetric {
  const how = { statistic, period: Duration.minutes(periodMinutes) };
  switch (source.kind) {
    case "own":
      return ownMetric(scope, source.metric, source.labels, how);
    case "deadLetters":
      return data.deadLetters.metricApproximateNumberOfMessagesVisible(how);
    case "webhookDeadLetters":
      return data.webhookDeadLetters.metricApproximateNumberOfMessagesVisible(how);
    case "function":
      return functions.of(source.step).metric(source.metric, how);
  }
}
