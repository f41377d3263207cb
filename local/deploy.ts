/** Puts the CDK app onto an endpoint that speaks AWS: an emulator, never an account. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { parseSettings } from "../lambdas/platform/settings.ts";
import { localAccount, localClient, localRegion } from "../ops/aws-client-options.ts";
import { type Outputs, readOutputs, stackExists, stackName } from "../ops/deployed-stack.ts";
import { LocalFailure } from "../ops/failure.ts";
import { compileCache, repository } from "../ops/paths.ts";
import { pathWithNode, run } from "../ops/processes.ts";
import { putProviderKeys } from "../ops/provider-keys.ts";

export interface DeployOptions {
  readonly env: NodeJS.ProcessEnv;
  /** Where CDK writes the built app; also holds the log. */
  readonly folder: string;
  /** Told in plain words how far it is. */
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Builds templates and bundles for the endpoint; it need not answer yet, so
 * this runs while it starts.
 * @throws LocalFailure, naming a setting that cannot be used.
 */
export async function build(endpoint: string, options: DeployOptions): Promise<void> {
  const env = cdkEnvironment(options.env, endpoint);
  const args = ["synth", "--quiet", "--output", builtApp(options)];
  await cdk("Building the app", args, options, env);
}

/** Prepares the endpoint for CDK, once in its life. @throws LocalFailure */
export async function bootstrap(endpoint: string, options: DeployOptions): Promise<void> {
  const client = new CloudFormationClient(localClient(endpoint));
  try {
    if (await stackExists(client, "CDKToolkit")) return;
  } finally {
    client.destroy();
  }
  const args = ["bootstrap", `aws://${localAccount}/${localRegion}`];
  // Away from cdk.json: it needs no app, and would build it a second time.
  await cdk("Preparing for CDK", args, options, cdkEnvironment(options.env, endpoint), "/");
}

/**
 * Deploys what {@link build} made; a stack that is up to date stays as it is.
 * @throws LocalFailure
 */
export async function deploy(endpoint: string, options: DeployOptions): Promise<Outputs> {
  const built = ["--app", builtApp(options)];
  const unasked = ["--require-approval=never", "--progress=events"];
  // A change set would be waited for at CDK's leisure: 4 s of a deployment of 13.
  const args = ["deploy", stackName, ...built, ...unasked, "--method=direct"];
  await cdk("Deploying", args, options, cdkEnvironment(options.env, endpoint));
  const client = new CloudFormationClient(localClient(endpoint));
  const secrets = new SecretsManagerClient(localClient(endpoint));
  try {
    const outputs = await readOutputs(client);
    if (outputs === undefined) {
      throw new LocalFailure(`The stack ${stackName} is missing after its deployment.`);
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
 * The user's environment without anything that could lead to an account of
 * theirs: a profile, keys, or an endpoint of a single service.
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
    // Else the SDK looks for credentials and profiles in the home folder.
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_ENDPOINT_URL: endpoint,
    // Rules for accounts; they take four fifths of a build, and tests and `cdk deploy` hold to them.
    CDK_VALIDATION: "false",
    // Both would call home.
    CDK_DISABLE_CLI_TELEMETRY: "true",
    CDK_DISABLE_VERSION_CHECK: "1",
    NO_COLOR: "1",
    // CDK's library is large; to load it compiled saves a fifth of a build.
    NODE_COMPILE_CACHE: compileCache,
  };
}

/** `Sluice |  12/130 | …`: how many resources are done, of how many. */
const resourcesDone = /\|\s+(\d+)\/(\d+) \|/;

async function cdk(
  what: string,
  args: readonly string[],
  options: DeployOptions,
  env: NodeJS.ProcessEnv,
  cwd = repository,
): Promise<void> {
  mkdirSync(options.folder, { recursive: true });
  const logFile = join(options.folder, "deploy.log");
  let toldAt = Date.now();
  const result = await run(process.execPath, [cdkProgram, ...args, "--no-notices"], {
    cwd,
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
    throw new LocalFailure(`${what} failed: ${reason(result.output)} The whole log is ${logFile}.`);
  }
}

const cdkProgram = join(repository, "node_modules", "aws-cdk", "bin", "cdk");

/** What CDK says it failed for: the settings' own words where they are wrong, else its most telling line. */
function reason(output: string): string {
  const settings = /These settings cannot be used:\n(?: {2}.*\n?)+/.exec(output);
  if (settings !== null) return settings[0].trim();
  const lines = output.split("\n").map((line) => line.trim());
  const line =
    lines.find((line) => /\b(CREATE|UPDATE|DELETE)_FAILED\b/.test(line)) ??
    // Of the app itself: CDK adds only that it has failed.
    lines.find((line) => /^\w*Error(:| \[)/.test(line)) ??
    lines.findLast((line) => /❌|[Ee]rror/.test(line)) ??
    lines.findLast((line) => line !== "") ??
    "";
  const short = line.slice(0, 500);
  return /[.!?]$/.test(short) ? short : `${short}.`;
}
