/** The alarms and the topic that they notify. */
import { Duration, Stack } from "aws-cdk-lib";
import * as cloudwatch from "aws-cdk-lib/aws-cloudwatch";
import { SnsAction } from "aws-cdk-lib/aws-cloudwatch-actions";
import * as iam from "aws-cdk-lib/aws-iam";
import * as sns from "aws-cdk-lib/aws-sns";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";
import { Construct } from "constructs";
import type { Settings } from "../../lambdas/platform/settings.ts";
import { type Alarm, alarms } from "../observability/alarms.ts";
import type { Data } from "./data.ts";
import type { Functions } from "./functions.ts";
import { ownMetric } from "./own-metric.ts";

const atThreshold = {
  comparisonOperator: cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
  // Most watched metrics have no data while everything works.
  treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
} as const;
const atSilence = {
  comparisonOperator: cloudwatch.ComparisonOperator.LESS_THAN_THRESHOLD,
  treatMissingData: cloudwatch.TreatMissingData.BREACHING,
} as const;

export interface AlarmsProps {
  readonly settings: Settings;
  readonly data: Data;
  readonly functions: Functions;
}

export class Alarms extends Construct {
  readonly topic: sns.Topic;

  constructor(scope: Construct, id: string, { settings, data, functions }: AlarmsProps) {
    super(scope, id);
    this.topic = new sns.Topic(this, "Topic", {
      displayName: "Sluice: a problem needs attention",
      enforceSSL: true,
    });
    this.#letAlarmsPublish();
    if (settings.ALARM_EMAIL !== undefined) {
      this.topic.addSubscription(new EmailSubscription(settings.ALARM_EMAIL));
    }
    const action = new SnsAction(this.topic);
    for (const alarm of alarms(settings)) {
      const made = new cloudwatch.Alarm(this, alarm.name, {
        alarmName: `${Stack.of(this).stackName}-${alarm.name}`,
        alarmDescription: `${alarm.says} What to do: docs/runbooks/alarms.md, ${alarm.runbook}.`,
        metric: metricOf(this, alarm, data, functions),
        threshold: alarm.threshold,
        evaluationPeriods: alarm.periods,
        ...(alarm.firesWithoutData ? atSilence : atThreshold),
      });
      made.addAlarmAction(action);
      made.addOkAction(action);
    }
  }

  /** A topic with its own policy loses the default policy, which lets alarms publish. */
  #letAlarmsPublish(): void {
    this.topic.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal("cloudwatch.amazonaws.com")],
        actions: ["sns:Publish"],
        resources: [this.topic.topicArn],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
  }
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
    case "function":
      return functions.of(source.step).metric(source.metric, how);
  }
}
