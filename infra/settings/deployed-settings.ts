/**
 * The settings of the deployed stack, as its functions have them: nothing else has to be kept in
 * step with them.
 */
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { settingNames } from "../../lambdas/platform/settings.ts";
import { isSecret, type SecretSetting, secretOutputs, secretSettings } from "./secret-settings.ts";

export interface DeployedSettings {
  /** By the setting's name, as text. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** ARNs of the secrets that the stack holds. */
  readonly secrets: Readonly<Partial<Record<SecretSetting, string>>>;
}

/** Credentials of another account would make the check say that nothing is deployed. */
export class WrongAccountError extends Error {
  override readonly name = "WrongAccountError";
}

/**
 * @param account that the CDK deploys to
 * @returns undefined if the stack does not exist yet
 * @throws WrongAccountError; and the errors of AWS, for example for a missing permission
 */
export async function deployedSettings(
  stackName: string,
  { account, region }: { readonly account: string; readonly region?: string },
): Promise<DeployedSettings | undefined> {
  const where = region === undefined ? {} : { region };
  const cloudFormation = new CloudFormationClient(where);
  const lambda = new LambdaClient(where);
  try {
    const stack = await describe(cloudFormation, stackName);
    if (stack === undefined) {
      const toolkit = await describe(cloudFormation, "CDKToolkit");
      refuseOtherAccount(toolkit, account);
      return undefined;
    }
    refuseOtherAccount(stack, account);
    const { health, sources } = await functionNames(cloudFormation, stackName);
    // The first deployment failed, and its functions are gone, or never were.
    if (health === undefined) return undefined;
    const variablesOf = async (FunctionName: string): Promise<Record<string, string>> => {
      const { Environment } = await lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName }),
      );
      return Environment?.Variables ?? {};
    };
    const all = await variablesOf(health);
    // Only functions that follow sources have room for the setting. Earlier versions have none.
    if (sources !== undefined)
      Object.assign(all, pick(await variablesOf(sources), "SLUICE_SOURCES"));
    const outputs = new Map(stack.Outputs?.map((one) => [one.OutputKey, one.OutputValue]));
    return {
      variables: Object.fromEntries(
        settingNames.filter((name) => !isSecret(name)).map((name) => [name, all[`SLUICE_${name}`]]),
      ),
      secrets: Object.fromEntries(
        secretSettings.flatMap((name) => {
          const arn = outputs.get(secretOutputs[name]);
          return arn === undefined ? [] : [[name, arn]];
        }),
      ),
    };
  } finally {
    cloudFormation.destroy();
    lambda.destroy();
  }
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    // A review in progress is a stack without resources.
    return Stacks?.find(({ StackStatus }) => StackStatus !== "REVIEW_IN_PROGRESS");
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

/** `cdk --profile` chooses credentials that the app does not see. */
function refuseOtherAccount(stack: Stack | undefined, account: string): void {
  const found = stack?.StackId?.split(":")[4];
  if (found === undefined || found === account) return;
  throw new WrongAccountError(
    `The deployment goes to the account ${account}, but the AWS credentials of this shell are of ${found}. Choose a profile with AWS_PROFILE, not with --profile.`,
  );
}

/** By their steps. `health` has all settings but `SOURCES`, and exists in every version. */
async function functionNames(
  client: CloudFormationClient,
  stackName: string,
): Promise<Partial<Record<"health" | "sources", string>>> {
  const found: Record<string, string> = {};
  const pages = paginateListStackResources({ client }, { StackName: stackName });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const {
      ResourceType,
      ResourceStatus,
      LogicalResourceId = "",
      PhysicalResourceId,
    } of StackResourceSummaries) {
      // A stack whose first deployment was rolled back still lists what it has deleted.
      if (ResourceType !== "AWS::Lambda::Function" || ResourceStatus === "DELETE_COMPLETE")
        continue;
      const step = /Functions(health|sources)[0-9A-F]{8}$/.exec(LogicalResourceId)?.[1];
      if (!step || !PhysicalResourceId) continue;
      found[step] = PhysicalResourceId;
    }
  }
  return found;
}

function pick(all: Readonly<Record<string, string>>, name: string): Record<string, string> {
  return all[name] === undefined ? {} : { [name]: all[name] };
}
