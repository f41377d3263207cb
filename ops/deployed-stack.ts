/** What a deployed stack says of itself; `infra/stack.ts` writes it. */
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import * as z from "zod";

export const stackName = "Sluice";

export const outputsSchema = z.object({
  /** With the stage, without a slash at its end. */
  ApiUrl: z.url(),
  /** Keys are put on this plan. */
  UsagePlanId: z.string(),
  TableName: z.string(),
  QueueUrl: z.string(),
  DeadLettersUrl: z.string(),
  StateMachineArn: z.string(),
  EventBusName: z.string(),
  DocumentsBucketName: z.string(),
  VectorsBucketName: z.string(),
  /** Where the providers' keys go, if there are any. */
  LlmApiKeySecret: z.string().optional(),
  EmbeddingsApiKeySecret: z.string().optional(),
});
export type Outputs = z.infer<typeof outputsSchema>;

export interface StandingStack {
  /** CloudFormation's word for how its last deployment ended, or that one is under way. */
  readonly status: string;
  readonly outputs: Outputs;
}

/** The first deployment has ended well; a later one that did not was rolled back, or can be. */
const standing = /^(CREATE_COMPLETE|IMPORT_COMPLETE|UPDATE_.*)$/;

/** By name, or `undefined` when it is not there, or never came to stand. */
async function findStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.find(({ StackStatus = "" }) => standing.test(StackStatus));
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

export async function stackExists(client: CloudFormationClient, name: string): Promise<boolean> {
  return (await findStack(client, name)) !== undefined;
}

/** @returns `undefined` when Sluice is not deployed there. */
export async function readStack(client: CloudFormationClient): Promise<StandingStack | undefined> {
  const stack = await findStack(client, stackName);
  if (stack === undefined) return undefined;
  const outputs = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue }) => [OutputKey, OutputValue]),
  );
  return { status: stack.StackStatus ?? "", outputs: outputsSchema.parse(outputs) };
}

/** @returns `undefined` when Sluice is not deployed there. */
export async function readOutputs(client: CloudFormationClient): Promise<Outputs | undefined> {
  return (await readStack(client))?.outputs;
}
