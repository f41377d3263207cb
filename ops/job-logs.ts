/** The log lines of one job, over all functions of a stack. */
import {
  type CloudFormationClient,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { CloudWatchLogsClient, paginateFilterLogEvents } from "@aws-sdk/client-cloudwatch-logs";
import pMap from "p-map";
import type { AwsClientOptions } from "./aws-client-options.ts";
import { stackName } from "./deployed-stack.ts";

/**
 * Log groups that are read at once. CloudWatch takes 5 calls of FilterLogEvents per second, for the
 * whole account and region, and a stack has some 35 groups.
 */
const parallelGroups = 2;

/** Waits as long as the quota asks: with the default of three tries, a read of all groups fails. */
export function logsClient(reach: AwsClientOptions): CloudWatchLogsClient {
  return new CloudWatchLogsClient({ ...reach, maxAttempts: 10, retryMode: "adaptive" });
}

export interface LogLine {
  readonly timeMs: number;
  /** The function's step, or the log group's name if it belongs to none. */
  readonly step: string;
  /** As it was written: usually one JSON object. */
  readonly text: string;
}

export interface LogWindow {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface JobLogsQuery extends LogWindow {
  readonly jobId: string;
}

/** @returns the lines that name the job, oldest first */
export async function jobLogs(
  cloudFormation: CloudFormationClient,
  logs: CloudWatchLogsClient,
  query: JobLogsQuery,
): Promise<LogLine[]> {
  const { jobId, ...window } = query;
  return linesWith(jobId, cloudFormation, logs, window);
}

/** @returns the lines of all functions of the stack that contain the text, oldest first */
export async function linesWith(
  text: string,
  cloudFormation: CloudFormationClient,
  logs: CloudWatchLogsClient,
  window: LogWindow,
): Promise<LogLine[]> {
  const groups = await logGroups(cloudFormation);
  const lines = await pMap(groups, (group) => linesIn(logs, group, text, window), {
    concurrency: parallelGroups,
  });
  return lines.flat().toSorted((a, b) => a.timeMs - b.timeMs);
}

interface LogGroup {
  readonly name: string;
  readonly step: string;
}

async function logGroups(client: CloudFormationClient): Promise<LogGroup[]> {
  const groups: LogGroup[] = [];
  const pages = paginateListStackResources({ client }, { StackName: stackName });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const resource of StackResourceSummaries) {
      const { ResourceType, LogicalResourceId = "", PhysicalResourceId: name } = resource;
      if (ResourceType === "AWS::Logs::LogGroup" && name !== undefined) {
        groups.push({ name, step: stepOf(LogicalResourceId) ?? name });
      }
    }
  }
  return groups;
}

/** `observabilitychunklogs6F1B2C3D` is the group of `chunk`: the construct is named `chunk-logs`. */
function stepOf(logicalId: string): string | undefined {
  return /bservability(\w+?)logs[0-9A-F]{8}$/i.exec(logicalId)?.[1];
}

async function linesIn(
  client: CloudWatchLogsClient,
  { name, step }: LogGroup,
  wanted: string,
  { fromMs, untilMs }: LogWindow,
): Promise<LogLine[]> {
  const lines: LogLine[] = [];
  const pages = paginateFilterLogEvents(
    { client },
    { logGroupName: name, startTime: fromMs, endTime: untilMs, filterPattern: `"${wanted}"` },
  );
  for await (const { events = [] } of pages) {
    for (const { message: text = "", timestamp: timeMs = 0 } of events) {
      // Emulators may not filter.
      if (text.includes(wanted)) lines.push({ timeMs, step, text: text.trimEnd() });
    }
  }
  return lines;
}
