/** Reads the log lines of a job from a deployed stack, local or on AWS. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import type { AwsClientOptions } from "../../ops/aws-client-options.ts";
import { type JobLogsQuery, jobLogs, type LogLine, logsClient } from "../../ops/job-logs.ts";
import { onStack } from "./stack.ts";

/** @throws DeploymentError if there is no stack, or if AWS refuses */
export function logsOf(reach: AwsClientOptions, query: JobLogsQuery): Promise<LogLine[]> {
  return onStack(reach, "The logs could not be read", async () => {
    const cloudFormation = new CloudFormationClient(reach);
    const logs = logsClient(reach);
    try {
      return await jobLogs(cloudFormation, logs, query);
    } finally {
      cloudFormation.destroy();
      logs.destroy();
    }
  });
}
