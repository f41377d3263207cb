/**
 * What a deployed app tells of itself: its log lines, and the metrics in them.
 * The emulator makes no metrics of embedded-format lines, as CloudWatch does;
 * `forwardMetrics` does it in its place.
 */
import {
  CloudWatchClient,
  GetMetricStatisticsCommand,
  PutMetricDataCommand,
  type StandardUnit,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { localClient } from "../deployment/emulator.ts";

export interface LogLine {
  readonly group: string;
  readonly message: string;
}

export async function logLines(endpoint: string): Promise<LogLine[]> {
  const client = new CloudWatchLogsClient(localClient(endpoint));
  const lines: LogLine[] = [];
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName: group = "" } of logGroups) {
      const pages = paginateFilterLogEvents({ client }, { logGroupName: group });
      for await (const { events = [] } of pages) {
        lines.push(...events.map(({ message = "" }) => ({ group, message })));
      }
    }
  }
  return lines;
}

/** What IAM did not allow, each sentence once: a step that goes on all the same would hide it. */
export async function refusals(endpoint: string): Promise<string[]> {
  const sentence = /[\w:/+-]+ is not authorized to perform: [^"\\]+/;
  const found = (await logLines(endpoint)).map(({ message }) => sentence.exec(message)?.[0]);
  return [...new Set(found.filter((each) => each !== undefined))];
}

export type JsonLine = Readonly<Record<string, unknown>>;

/** A line as JSON, if it is an object. */
export function jsonOf({ message }: LogLine): JsonLine | undefined {
  const start = message.indexOf("{");
  if (start === -1) return undefined;
  try {
    return JSON.parse(message.slice(start)) as JsonLine;
  } catch {
    return undefined;
  }
}

interface EmbeddedMetric {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly { readonly Name: string; readonly Unit: string }[];
}

/** @returns how many values were forwarded */
export async function forwardMetrics(endpoint: string): Promise<number> {
  const client = new CloudWatchClient(localClient(endpoint));
  const lines = (await logLines(endpoint)).map(jsonOf).filter((line) => line !== undefined);
  let forwarded = 0;
  for (const line of lines.filter((one) => one["_aws"] !== undefined)) {
    const { CloudWatchMetrics } = line["_aws"] as { CloudWatchMetrics: EmbeddedMetric[] };
    for (const { Namespace, Dimensions, Metrics } of CloudWatchMetrics) {
      const MetricData = Metrics.flatMap(({ Name, Unit }) =>
        [line[Name]].flat().map((value) => ({
          MetricName: Name,
          Unit: Unit as StandardUnit,
          Value: Number(value),
          Dimensions: (Dimensions[0] ?? []).map((name) => ({
            Name: name,
            Value: String(line[name]),
          })),
        })),
      );
      await client.send(new PutMetricDataCommand({ Namespace, MetricData }));
      forwarded += MetricData.length;
    }
  }
  return forwarded;
}

/** What a panel shows of a metric, over the last hour. */
export async function statistics(
  endpoint: string,
  Namespace: string,
  MetricName: string,
  dimensions: Readonly<Record<string, string>>,
): Promise<{ readonly samples: number; readonly sum: number }> {
  const client = new CloudWatchClient(localClient(endpoint));
  const nowMs = Date.now();
  const { Datapoints = [] } = await client.send(
    new GetMetricStatisticsCommand({
      Namespace,
      MetricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(nowMs - 3_600_000),
      EndTime: new Date(nowMs + 60_000),
      Period: 60,
      Statistics: ["Sum", "SampleCount"],
    }),
  );
  return {
    samples: Datapoints.reduce((all, { SampleCount = 0 }) => all + SampleCount, 0),
    sum: Datapoints.reduce((all, { Sum = 0 }) => all + Sum, 0),
  };
}
