/** Checks that need AWS credentials. */
import { CloudFormationClient, paginateListStackResources } from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient,
  type MetricAlarm,
  paginateDescribeAlarms,
} from "@aws-sdk/client-cloudwatch";
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import { GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { AwsClientOptions } from "../../ops/aws-client-options.ts";
import {
  type DeployedStack,
  type Outputs,
  readStack,
  stackName,
} from "../../ops/deployed-stack.ts";
import { type Finding, note, ok, problem } from "./finding.ts";
import { deadLettersFinding } from "./metrics.ts";

/** @param local whether the stack runs on an emulator, where alarms need no subscriber */
export async function checkStack(reach: AwsClientOptions, local: boolean): Promise<Finding[]> {
  const cloudFormation = new CloudFormationClient(reach);
  try {
    const stack = await readStack(cloudFormation);
    if (stack === undefined) {
      const says = `The stack ${stackName} does not exist, or its first deployment failed.`;
      return [
        problem("stack", says, "Run `npm run deploy` and read the error from CloudFormation."),
      ];
    }
    const { outputs } = stack;
    const looks = [
      () => checkAlarms(reach, outputs.DeploymentName ?? stackName),
      () => checkSecrets(reach, outputs, local),
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

export function stackFinding({ status }: Pick<DeployedStack, "status">): Finding {
  if (status.endsWith("_IN_PROGRESS")) {
    const says = `A deployment of ${stackName} is in progress (${status}).`;
    return note("stack", says, "Check again after it has ended.");
  }
  const failed = `The last deployment of ${stackName} failed (${status})`;
  if (status === "UPDATE_ROLLBACK_COMPLETE") {
    const says = `${failed}. The previous version is running.`;
    return problem("stack", says, "Run `npm run deploy` and read the error from CloudFormation.");
  }
  if (status.endsWith("_FAILED")) {
    // Each command works in its own status only.
    const back = status.includes("ROLLBACK") ? "continue-update-rollback" : "rollback-stack";
    const fix = `Fix the cause that CloudFormation reports and run: aws cloudformation ${back} --stack-name ${stackName}. After it has ended, run: npm run deploy`;
    return problem("stack", `${failed}. It is partly rolled back.`, fix);
  }
  return ok("stack", `${stackName} is deployed, with all its outputs.`);
}

/**
 * The AWS message names the cause: no credentials, no region or no permission. Missing outputs mean
 * another version.
 */
function refused(error: unknown): Finding[] {
  if (!(error instanceof Error)) throw error;
  if (error.name === "ZodError") {
    const says = `Outputs of the stack are missing or invalid: ${error.message}`;
    return [problem("stack", says, "Run `npm run deploy`.")];
  }
  const says = `AWS could not be called: ${error.name}: ${error.message}`;
  return [problem("aws", says, "Check the AWS credentials, region and permissions of this shell.")];
}

/** @param name of the deployment, by which its alarms are named */
export async function checkAlarms(reach: AwsClientOptions, name: string): Promise<Finding[]> {
  const client = new CloudWatchClient(reach);
  try {
    const alarms: MetricAlarm[] = [];
    const query = { AlarmNamePrefix: `${name}-`, AlarmTypes: ["MetricAlarm" as const] };
    for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client }, query)) {
      // The alarms of Sluice-prod and Sluice-Prod begin like those of Sluice.
      alarms.push(
        ...MetricAlarms.filter(({ AlarmName = "" }) =>
          /^[A-Z][A-Za-z]+(?:-[a-z]+)?$/.test(AlarmName.slice(name.length + 1)),
        ),
      );
    }
    return alarmFindings(alarms);
  } finally {
    client.destroy();
  }
}

function alarmFindings(alarms: readonly MetricAlarm[]): Finding[] {
  if (alarms.length === 0) {
    return [
      problem(
        "alarms",
        "There are no alarms, so nobody is notified of problems.",
        "Run `npm run deploy`.",
      ),
    ];
  }
  const ringing = alarms.filter(({ StateValue }) => StateValue === "ALARM");
  const mute = alarms.filter(
    ({ ActionsEnabled, AlarmActions = [] }) =>
      ActionsEnabled === false || AlarmActions.length === 0,
  );
  const names = mute.map(({ AlarmName }) => AlarmName).join(", ");
  return [
    ...ringing.map(({ AlarmName = "", AlarmDescription = "" }) =>
      problem("alarms", `${AlarmName} is firing.`, AlarmDescription || "docs/runbooks/alarms.md"),
    ),
    ...(mute.length === 0
      ? []
      : [problem("alarms", `These alarms notify nobody: ${names}.`, "Run `npm run deploy`.")]),
    ...(ringing.length + mute.length === 0
      ? [ok("alarms", `All ${alarms.length} alarms are quiet.`)]
      : []),
  ];
}

export async function checkListeners(client: CloudFormationClient): Promise<Finding[]> {
  let heard = false;
  // A page has a hundred of some 400 resources.
  for await (const { StackResourceSummaries = [] } of paginateListStackResources(
    { client },
    { StackName: stackName },
  )) {
    heard ||= StackResourceSummaries.some(
      ({ ResourceType }) => ResourceType === "AWS::SNS::Subscription",
    );
  }
  if (heard)
    return [
      ok("listeners", "SLUICE_ALARM_EMAIL is subscribed. The subscription must be confirmed."),
    ];
  return [
    note(
      "listeners",
      "Nobody is subscribed to the stack's alarms.",
      "Deploy with SLUICE_ALARM_EMAIL, or subscribe to the topic in the output AlarmTopicArn.",
    ),
  ];
}

async function checkDeadLetters(
  reach: AwsClientOptions,
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

export async function checkSecrets(
  reach: AwsClientOptions,
  outputs: Outputs,
  local: boolean,
): Promise<Finding[]> {
  const client = new SecretsManagerClient(reach);
  const check = async (setting: string, SecretId: string | undefined): Promise<Finding[]> => {
    if (SecretId === undefined) return [];
    if (await (local ? hasValue(client, SecretId) : hasVersion(client, SecretId))) {
      return [ok("keys", `The secret of ${setting} holds a key.`)];
    }
    const says = `The secret of ${setting} does not hold a key yet.`;
    return [problem("keys", says, `Set ${setting} and run \`npm run deploy\`.`)];
  };
  try {
    const all = await Promise.all([
      check("SLUICE_LLM_API_KEY", outputs.LlmApiKeySecret),
      check("SLUICE_EMBEDDINGS_API_KEY", outputs.EmbeddingsApiKeySecret),
      check("SLUICE_RERANK_API_KEY", outputs.RerankApiKeySecret),
    ]);
    return all.flat();
  } finally {
    client.destroy();
  }
}

/** Without reading the key: a new secret has no version until a key is put into it. */
async function hasVersion(client: SecretsManagerClient, SecretId: string): Promise<boolean> {
  const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId }));
  return Object.values(VersionIdsToStages).flat().includes("AWSCURRENT");
}

/** An emulator gives a new secret a version that is empty. */
async function hasValue(client: SecretsManagerClient, SecretId: string): Promise<boolean> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId }));
    return Boolean(SecretString);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
