import { LambdaClient, paginateListFunctions } from "@aws-sdk/client-lambda";
import type { AppAddress } from "../support/deployment/app.ts";
import { localClient } from "../support/deployment/emulator.ts";

/** The hash of each function's code, by the function's name. */
export async function deployedCode(app: AppAddress): Promise<ReadonlyMap<string, string>> {
  const client = new LambdaClient(localClient(app.endpoint));
  const code = new Map<string, string>();
  for await (const { Functions = [] } of paginateListFunctions({ client }, {})) {
    for (const { FunctionName = "", CodeSha256 = "" } of Functions) {
      code.set(FunctionName, CodeSha256);
    }
  }
  client.destroy();
  return code;
}

/** How many functions of both have other code. */
export function changedFunctions(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): number {
  return [...after].filter(([name, hash]) => before.has(name) && before.get(name) !== hash).length;
}
