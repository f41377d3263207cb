/** What a deployed stack says of itself; `infra/stack.ts` writes it. */
import { type CloudFormationClient, DescribeStacksCommand } from "@aws-sdk/client-cloudformation";
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

/** Outputs of a stack by name, or `undefined` when there is none that is whole. */
async function outputsOf(
  client: CloudFormationClient,
  name: string,
): Promise<Readonly<Record<string, string | undefined>> | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    const [stack] = Stacks ?? [];
    if (!/^(CREATE|UPDATE)_COMPLETE$/.test(stack?.StackStatus ?? "")) return undefined;
    return Object.fromEntries(
      (stack?.Outputs ?? []).map(({ OutputKey = "", OutputValue }) => [OutputKey, OutputValue]),
    );
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

export async function stackExists(client: CloudFormationClient, name: string): Promise<boolean> {
  return (await outputsOf(client, name)) !== undefined;
}

/** @returns `undefined` when Sluice is not deployed there. */
export async function readOutputs(client: CloudFormationClient): Promise<Outputs | undefined> {
  const outputs = await outputsOf(client, stackName);
  return outputs && outputsSchema.parse(outputs);
}
