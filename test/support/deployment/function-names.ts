import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import { type StepName, stepNames } from "../../../lambdas/functions.ts";
import { localClient } from "./emulator.ts";

/** The deployed functions' names by their step, which stands in the description. */
export async function functionNames(endpoint: string): Promise<Record<StepName, string>> {
  const client = new LambdaClient(localClient(endpoint));
  const names: Partial<Record<StepName, string>> = {};
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName, Description = "" } of Functions) {
      const step = stepNames.find((name) => Description.endsWith(`the step ${name}`));
      if (step !== undefined && FunctionName !== undefined) names[step] = FunctionName;
    }
  }
  return names as Record<StepName, string>;
}
