/** The outputs of a deployed stack; `infra/stack.ts` writes them. */
import {
  type CloudFormationClient,
  DescribeStacksCommand,
  type Stack,
} from "@aws-sdk/client-cloudformation";
import * as z from "zod";
import { callerKinds } from "../lambdas/contract/callers.ts";
import { environment } from "../lambdas/platform/environment.ts";

/** The stack that commands work on: `SLUICE_STACK`, or the name of a deployment without stages. */
export const stackName = environment["SLUICE_STACK"] || "Sluice";

export const outputsSchema = z.object({
  /** The URL with the stage, without a trailing slash. */
  ApiUrl: z.url(),
  /** The usage plan of all keys. */
  UsagePlanId: z.string(),
  TableName: z.string(),
  QueueUrl: z.string(),
  DeadLettersUrl: z.string(),
  StateMachineArn: z.string(),
  EventBusName: z.string(),
  DocumentsBucketName: z.string(),
  VectorsBucketName: z.string(),
  /** What its alarms are named by, if that is not the stack's name. */
  DeploymentName: z.string().optional(),
  /** How callers show who they are; before there was a choice, by keys. */
  Auth: z.enum(callerKinds).default("key"),
  /** The queue of sources, if there are any. */
  SourceHintsUrl: z.string().optional(),
  /** The secrets of the providers' keys, if there are any. */
  LlmApiKeySecret: z.string().optional(),
  EmbeddingsApiKeySecret: z.string().optional(),
  RerankApiKeySecret: z.string().optional(),
});
export type Outputs = z.infer<typeof outputsSchema>;

export interface DeployedStack {
  /** The stack status from CloudFormation. */
  readonly status: string;
  readonly outputs: Outputs;
}

/** The first deployment succeeded; a later deployment may have been rolled back. */
const deployedStatus = /^(CREATE_COMPLETE|IMPORT_COMPLETE|UPDATE_.*)$/;

/** @returns `undefined` if the stack does not exist or its first deployment failed */
async function findStack(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks?.find(({ StackStatus = "" }) => deployedStatus.test(StackStatus));
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

export async function stackExists(client: CloudFormationClient, name: string): Promise<boolean> {
  return (await findStack(client, name)) !== undefined;
}

/** @returns `undefined` if Sluice is not deployed there */
export async function readStack(
  client: CloudFormationClient,
  name = stackName,
): Promise<DeployedStack | undefined> {
  const stack = await findStack(client, name);
  if (stack === undefined) return undefined;
  const all = Object.fromEntries(
    (stack.Outputs ?? []).map(({ OutputKey = "", OutputValue }) => [OutputKey, OutputValue]),
  );
  return { status: stack.StackStatus ?? "", outputs: outputsSchema.parse(ownOutputs(all)) };
}

/** @returns `undefined` if Sluice is not deployed there */
export async function readOutputs(
  client: CloudFormationClient,
  name = stackName,
): Promise<Outputs | undefined> {
  return (await readStack(client, name))?.outputs;
}

const outputNames = Object.keys(outputsSchema.shape);
const required = outputNames.filter((name) => {
  const { success } = outputsSchema.shape[name as keyof Outputs].safeParse(undefined);
  return !success;
});

/**
 * In another app's stack, a construct's outputs bear its id and a hash, such as
 * `IngestApiUrl1A2B3C4D`, and stand beside the app's own, such as `OrdersQueueUrl`.
 */
function ownOutputs(all: Readonly<Record<string, string | undefined>>) {
  const begun = Object.keys(all).flatMap(
    (key) => /^(.*)ApiUrl(?:[0-9A-F]{8})?$/.exec(key)?.[1] ?? [],
  );
  const ofEach = begun.map((id) => outputsBelow(id, all));
  return ofEach.find((one) => required.every((name) => name in one)) ?? all;
}

function outputsBelow(id: string, all: Readonly<Record<string, string | undefined>>) {
  return Object.fromEntries(
    Object.entries(all).flatMap(([key, value]) => {
      if (!key.startsWith(id)) return [];
      const name = key.slice(id.length).replace(/[0-9A-F]{8}$/, "");
      return outputNames.includes(name) ? [[name, value]] : [];
    }),
  );
}
