/** Refuses a deployment that would silently change what the deployed stack is set to. */
import type { Config } from "../config.ts";
import { deployedSettings } from "./deployed-settings.ts";
import { differences, refusalOf } from "./differences.ts";

export interface GuardOptions {
  /** The account of the CDK command line's credentials; without credentials nothing can be deployed. */
  readonly account: string | undefined;
  readonly region: string | undefined;
  /** Whether all differences are accepted. */
  readonly acceptAll: boolean;
  /** Called with each difference that needs no acceptance. */
  readonly say: (line: string) => void;
}

/** @returns why the deployment is refused, or undefined */
export async function refusedChange(
  config: Config,
  { account, region, acceptAll, say }: GuardOptions,
): Promise<string | undefined> {
  if (account === undefined) return undefined;
  let found: ReturnType<typeof differences>;
  try {
    const where = { account, ...(region === undefined ? {} : { region }) };
    const deployed = await deployedSettings(config.stackName, where);
    if (deployed === undefined) {
      const { stackName } = config;
      say(
        `There is no stack ${stackName} in ${account}${region === undefined ? "" : `, ${region}`} yet. A deployment makes it, with a table and buckets of its own.`,
      );
      return undefined;
    }
    found = differences(deployed, config);
  } catch (error) {
    if (acceptAll || !(error instanceof Error)) return undefined;
    return `The settings of the deployed stack ${config.stackName} could not be read, so nothing was changed. ${error.name}: ${error.message} The permissions cloudformation:DescribeStacks, cloudformation:ListStackResources and lambda:GetFunctionConfiguration are needed. To deploy without the comparison: npm run deploy -- --accept (with cdk: -c accept=true).`;
  }
  for (const { says, refused } of found) if (!refused || acceptAll) say(`Changes ${says}`);
  return acceptAll ? undefined : refusalOf(config.stackName, found);
}
