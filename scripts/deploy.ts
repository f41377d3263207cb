/**
 * `npm run deploy`: runs `cdk deploy` in the account of the AWS credentials, then stores the model
 * providers' keys in Secrets Manager, because no template contains them. `-- --stage prod` chooses a
 * stage of sluice.config.ts, `-- --accept` accepts changed models, providers and keys. All other
 * arguments after `--` go to `cdk deploy`.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { type Config, loadConfig } from "../infra/config.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { InvalidSettingsError } from "../lambdas/platform/settings.ts";
import { accountClient } from "../ops/aws-client-options.ts";
import { refuseUnknownSettings } from "../ops/command-line.ts";
import { readOutputs } from "../ops/deployed-stack.ts";
import { LocalFailure } from "../ops/failure.ts";
import { pathWithNode } from "../ops/processes.ts";
import { putProviderKeys } from "../ops/provider-keys.ts";

const root = join(import.meta.dirname, "..");

interface Arguments {
  readonly stage: string | undefined;
  readonly accept: boolean;
  /** For `cdk deploy`. */
  readonly others: readonly string[];
}

function read(args: readonly string[]): Arguments {
  const others: string[] = [];
  let stage: string | undefined;
  let accept = false;
  for (let i = 0; i < args.length; i += 1) {
    const arg = args[i] ?? "";
    if (arg === "--stage") {
      stage = args[(i += 1)];
      if (!stage) throw new LocalFailure("--stage needs the name of a stage of sluice.config.ts.");
    } else if (arg.startsWith("--stage=")) stage = arg.slice("--stage=".length);
    else if (arg === "--accept") accept = true;
    else others.push(arg);
  }
  return { stage, accept, others };
}

async function cdkDeploy({ stage, accept, others }: Arguments): Promise<number> {
  const cdk = join(root, "node_modules", "aws-cdk", "bin", "cdk");
  const context = [
    ...(stage === undefined ? [] : ["--context", `stage=${stage}`]),
    ...(accept ? ["--context", "accept=true"] : []),
  ];
  const child = spawn(process.execPath, [cdk, "deploy", ...context, ...others], {
    cwd: root,
    env: { ...environment, PATH: pathWithNode(environment) },
    stdio: "inherit",
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function putKeys({ settings, stackName }: Config): Promise<void> {
  const keys = [settings.LLM_API_KEY, settings.EMBEDDINGS_API_KEY, settings.RERANK_API_KEY];
  if (keys.every((key) => key === undefined)) return;
  const outputs = await readOutputs(new CloudFormationClient(accountClient()), stackName);
  if (outputs === undefined) {
    throw new Error(
      `The stack ${stackName} has no outputs, so the providers' keys were not stored. Run the deployment again.`,
    );
  }
  await putProviderKeys(new SecretsManagerClient(accountClient()), outputs, settings);
  console.log("The providers' keys are in Secrets Manager.");
}

try {
  refuseUnknownSettings(environment);
  const asked = read(process.argv.slice(2));
  const config = await loadConfig(environment, asked.stage);
  process.exitCode = await cdkDeploy(asked);
  if (process.exitCode === 0) await putKeys(config);
} catch (error) {
  const explained = error instanceof InvalidSettingsError || error instanceof LocalFailure;
  console.error(explained ? error.message : error);
  process.exitCode = 1;
}
