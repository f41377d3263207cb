/** Deploys the CDK app to an emulator, never to an account. */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CloudFormationClient,
  CreateStackCommand,
  waitUntilStackCreateComplete,
} from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseSettings } from "../lambdas/platform/settings.ts";
import { localClient, localRegion } from "../ops/aws-client-options.ts";
import { type Outputs, readOutputs, stackExists, stackName } from "../ops/deployed-stack.ts";
import { LocalFailure } from "../ops/failure.ts";
import { compileCache, repository } from "../ops/paths.ts";
import { pathWithNode, run } from "../ops/processes.ts";
import { putProviderKeys } from "../ops/provider-keys.ts";
import { publishAssets } from "./assets.ts";

export interface DeployOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The folder of the built app and the log. */
  readonly folder: string;
  /** Called with progress messages. */
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
  /** The checkout whose app is built. @default this one */
  readonly checkout?: string;
}

/**
 * Builds templates and bundles for the endpoint. The endpoint need not respond yet, so this runs
 * while it starts.
 * @throws LocalFailure that names an invalid setting
 */
export async function build(endpoint: string, options: DeployOptions): Promise<void> {
  const env = cdkEnvironment(options.env, endpoint);
  // The laptop changes its settings freely, so they are not compared with the deployed ones.
  const args = ["synth", "--quiet", "--context", "compare=off", "--output", builtApp(options)];
  await cdk("Building the app", args, options, env);
  // CDK reads these 600 KB again for each event of a deployment, to print where in the app a resource
  // is defined. That is half of its work, and here nobody sees the events.
  writeFileSync(join(builtApp(options), `${stackName}.metadata.json`), "{}");
}

/**
 * Bootstraps the endpoint for CDK, once, as `cdk bootstrap` does: to start that command takes four
 * times as long as the rest.
 * @throws LocalFailure
 */
export async function bootstrap(endpoint: string): Promise<void> {
  const client = new CloudFormationClient(localClient(endpoint));
  const StackName = "CDKToolkit";
  try {
    if (await stackExists(client, StackName)) return;
    const Parameters = Object.entries(bootstrapParameters).map(([name, value]) => ({
      ParameterKey: name,
      ParameterValue: value,
    }));
    await client.send(
      new CreateStackCommand({
        StackName,
        TemplateBody: readFileSync(
          join(cdkFolder, "lib/api/bootstrap/bootstrap-template.yaml"),
          "utf8",
        ),
        Capabilities: ["CAPABILITY_NAMED_IAM"],
        Parameters,
      }),
    );
    const patience = { maxWaitTime: 120, minDelay: 0.1, maxDelay: 1 };
    await waitUntilStackCreateComplete({ client, ...patience }, { StackName });
  } catch (error) {
    throw new LocalFailure(`Preparing for CDK failed: ${(error as Error).message}`);
  } finally {
    client.destroy();
  }
}

/** With these, the command creates its stack if it is told nothing. */
const bootstrapParameters = {
  CloudFormationExecutionPolicies: "arn:aws:iam::aws:policy/AdministratorAccess",
  FileAssetsBucketKmsKeyId: "AWS_MANAGED_KEY",
  PublicAccessBlockConfiguration: "true",
} as const;

/**
 * Deploys the result of {@link build}; a stack that is up to date does not change.
 * @throws LocalFailure
 */
export async function deploy(endpoint: string, options: DeployOptions): Promise<Outputs> {
  await publishAssets(endpoint, builtApp(options), stackName);
  const built = ["--app", builtApp(options)];
  const unasked = ["--require-approval=never", "--progress=events"];
  // Direct deployment: CDK polls change sets slowly, which costs 4 s of 13.
  const args = ["deploy", stackName, ...built, ...unasked, "--method=direct"];
  await cdk("Deploying", args, options, cdkEnvironment(options.env, endpoint));
  const client = new CloudFormationClient(localClient(endpoint));
  const secrets = new SecretsManagerClient(localClient(endpoint));
  try {
    const outputs = await readOutputs(client);
    if (outputs === undefined) {
      throw new LocalFailure(`The stack ${stackName} does not exist after its deployment.`);
    }
    await putProviderKeys(secrets, outputs, parseSettings(options.env));
    return outputs;
  } finally {
    client.destroy();
    secrets.destroy();
  }
}

function builtApp(options: DeployOptions): string {
  return join(options.folder, "cdk.out");
}

/**
 * The user's environment without profiles, keys and service endpoints, so that nothing can reach
 * the user's own account.
 */
export function cdkEnvironment(env: NodeJS.ProcessEnv, endpoint: string): NodeJS.ProcessEnv {
  const ours = Object.entries(env).filter(([name]) => !/^(AWS|CDK)_/.test(name));
  return {
    ...Object.fromEntries(ours),
    // The app starts as `node` from the PATH.
    PATH: pathWithNode(env),
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_REGION: localRegion,
    AWS_DEFAULT_REGION: localRegion,
    // Otherwise the SDK reads credentials and profiles from the home folder.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: endpoint,
    // Rules for accounts. They take four fifths of a build; tests and `cdk deploy` apply them.
    CDK_VALIDATION: "false",
    // Both would send telemetry.
    CDK_DISABLE_CLI_TELEMETRY: "true",
    CDK_DISABLE_VERSION_CHECK: "1",
    NO_COLOR: "1",
    // The file is for accounts; here, settings are environment variables only.
    SLUICE_CONFIG: "none",
    SLUICE_STAGE: "",
    // CDK's library is large; loading it compiled saves a fifth of a build.
    NODE_COMPILE_CACHE: compileCache,
  };
}

/**
 * `Sluice
 * 12/130
 * …`: the number of finished resources and of all resources.
 */
const resourcesDone = /\|\s+(\d+)\/(\d+) \|/;

async function cdk(
  what: string,
  args: readonly string[],
  options: DeployOptions,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  mkdirSync(options.folder, { recursive: true });
  const logFile = join(options.folder, "deploy.log");
  let toldAt = Date.now();
  const result = await run(process.execPath, [cdkProgram, ...args, "--no-notices"], {
    cwd: options.checkout ?? repository,
    env,
    logFile,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    onLine: (line) => {
      const [, done, all] = resourcesDone.exec(line) ?? [];
      if (done === undefined || done === "0" || Date.now() - toldAt < 2_000) return;
      toldAt = Date.now();
      options.say(`${what}: ${done} of ${all} resources …`);
    },
  });
  if (result.exitCode !== 0) {
    throw new LocalFailure(`${what} failed: ${reason(result.output)} See the log: ${logFile}`);
  }
}

const cdkFolder = join(repository, "node_modules/aws-cdk");
const cdkProgram = join(cdkFolder, "bin/cdk");

/** The reason for a failure of CDK: the invalid settings, otherwise the most specific line. */
function reason(output: string): string {
  const settings = /These settings are invalid:\n(?: {2}.*\n?)+/.exec(output);
  if (settings !== null) return settings[0].trim();
  const lines = output.split("\n").map((line) => line.trim());
  const line =
    lines.find((line) => /\b(CREATE|UPDATE|DELETE)_FAILED\b/.test(line)) ??
    // An error of the app itself: CDK adds only that the app has failed.
    lines.find((line) => /^\w*Error(:| \[)/.test(line)) ??
    lines.findLast((line) => /❌|[Ee]rror/.test(line)) ??
    lines.findLast((line) => line !== "") ??
    "";
  const short = line.slice(0, 500);
  return /[.!?]$/.test(short) ? short : `${short}.`;
}
