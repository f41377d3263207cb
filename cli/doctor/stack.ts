/** What can be seen of the stack with AWS credentials. */
import { CloudFormationClient, ListStackResourcesCommand } from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import { DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Reach } from "../../ops/aws-client-options.ts";
import {
  type Outputs,
  readStack,
  type StandingStack,
  stackName,
} from "../../ops/deployed-stack.ts";
import { type Finding, note, ok, problem } from "./finding.ts";
import { deadLettersFinding } from "./metrics.ts";

/**
 * @param local an emulator's stack: nobody hears its alarms, and nobody need to
 */
export async function checkStack(reach: Reach, local: boolean): Promise<Finding[]> {
  const cloudFormation = new CloudFormationClient(reach);
  try {
    const stack = await readStack(cloudFormation);
    if (stack === undefined) {
      const says = `The stack ${stackName} is not there, or its first deployment did not end well.`;
      return [problem("stack", says, "npm run deploy, and read what CloudFormation says.")];
    }
    const { outputs } = stack;
    const looks = [
      () => checkAlarms(reach),
      () => checkSecrets(reach, outputs),
      () => checkDeadLetters(reach, outputs, local),
      ...(local ? [] : [() => checkListeners(cloudFormation)]),
    ];
    const findings = await Promise.all(looks.map((look) => look().catch(refused)));
    return [stackFinding(stack), ...findings.flat()];
  } catch (error) {
    return refused(error);
  } finally {
    cloudFormation.destroy();
  }
}

export function stackFinding({ status }: Pick<StandingStack, "status">): Finding {
  if (status.endsWith("_IN_PROGRESS")) {
    const says = `A deployment of ${stackName} is under way (${status}).`;
    return note("stack", says, "Look again when it has ended.");
  }
  const failed = `The last deployment of ${stackName} did not end well (${status})`;
  if (status === "UPDATE_ROLLBACK_COMPLETE") {
    const says = `${failed}: it runs as it was before.`;
    return problem("stack", says, "npm run deploy, and read what CloudFormation says.");
  }
  if (status.endsWith("_FAILED")) {
    // Each is taken in the status it is for alone.
    const back = status.includes("ROLLBACK") ? "continue-update-rollback" : "rollback-stack";
    const fix = `Put right what CloudFormation says of it, then: aws cloudformation ${back} --stack-name ${stackName}. When that has ended: npm run deploy`;
    return problem("stack", `${failed}: some of it is as it was before, some is not.`, fix);
  }
  return ok("stack", `${stackName} is deployed, with all its outputs.`);
}

/** AWS's own words: no credentials, no region, no permission; or outputs of another version. */
function refused(error: unknown): Finding[] {
  if (!(error instanceof Error)) throw error;
  if (error.name === "ZodError") {
    const says = `Outputs of the stack are missing or of another form: ${error.message}`;
    return [problem("stack", says, "npm run deploy")];
  }
  const says = `It could not be asked: ${error.name}: ${error.message}`;
  return [problem("aws", says, "Check credentials, region and permissions of this shell.")];
}

async function checkAlarms(reach: Reach): Promise<Finding[]> {
  const client = new CloudWatchClient(reach);
  try {
    const alarms: MetricAlarm[] = [];
    const query = { AlarmNamePrefix: `${stackName}-`, AlarmTypes: ["MetricAlarm" as const] };
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, query)) {
      alarms.push(...MetricAlarms);
    }
    return alarmFindings(alarms);
  } finally {
    client.destroy();
  }
}

function alarmFindings(alarms: readonly MetricAlarm[]): Finding[] {
  if (alarms.length === 0) {
    return [problem("alarms", "There are none, so nobody will be told.", "npm run deploy")];
  }
  const ringing = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  const mute = alarms.filter(
    ({ ActionsEnabled, AlarmActions = [] }) =>
      ActionsEnabled === false || AlarmActions.length === 0,
  );
  const names = mute.map(({ AlarmName }) => AlarmName).join(", ");
  return [
    ...ringing.map(({ AlarmName = "", AlarmDescription = "" }) =>
      problem("alarms", `${AlarmName} rings.`, AlarmDescription || "docs/runbooks/alarms.md"),
    ),
    ...(mute.length === 0
      ? []
      : [problem("alarms", `These tell nobody: ${names}.`, "npm run deploy")]),
    ...(ringing.length + mute.length === 0
      ? [ok("alarms", `${alarms.length} watch, none rings.`)]
      : []),
  ];
}

async function checkListeners(client: CloudFormationClient): Promise<Finding[]> {
  const { StackResourceSummaries = [] } = await client.send(
    new ListStackResourcesCommand({ StackName: stackName }),
  );
  const heard = StackResourceSummaries.some(
    ({ ResourceType }) => ResourceType === "AWS::SNS::Subscription",
  );
  if (heard) return [ok("listeners", "SLUICE_ALARM_EMAIL is subscribed; it must have confirmed.")];
  return [
    note(
      "listeners",
      "The stack subscribes nobody to its alarms.",
      "Deploy with SLUICE_ALARM_EMAIL, or subscribe to the topic named by the output AlarmTopicArn.",
    ),
  ];
}

async function checkDeadLetters(
  reach: Reach,
  { DeadLettersUrl }: Outputs,
  local: boolean,
): Promise<Finding[]> {
  const client = new SQSClient(reach);
  try {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({
        QueueUrl: DeadLettersUrl,
        AttributeNames: ["ApproximateNumberOfMessages"],
      }),
    );
    const count = Number(Attributes?.["ApproximateNumberOfMessages"] ?? 0);
    return [deadLettersFinding(count, local)];
  } finally {
    client.destroy();
  }
}

async function checkSecrets(reach: Reach, outputs: Outputs): Promise<Finding[]> {
  const client = new SecretsManagerClient(reach);
  const check = async (setting: string, SecretId: string | undefined): Promise<Finding[]> => {
    if (SecretId === undefined) return [];
    // Without looking at the key. CloudFormation fills a new secret with something random;
    // the first key that is put makes that the previous version.
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
    const stages = Object.values(VersionIdsToStages).flat();
    if (stages.includes("AWSCURRENT") && stages.includes("AWSPREVIOUS")) {
      return [ok("keys", `The secret of ${setting} holds a key.`)];
    }
    const says = `No key was ever put into the secret of ${setting}.`;
    return [problem("keys", says, `Set ${setting} and run \`npm run deploy\`.`)];
  };
  try {
    const both = await Promise.all([
      check("SLUICE_LLM_API_KEY", outputs.LlmApiKeySecret),
      check("SLUICE_EMBEDDINGS_API_KEY", outputs.EmbeddingsApiKeySecret),
    ]);
    return both.flat();
  } finally {
    client.destroy();
  }
}
