/**
 * The real app, deployed to an emulator of its own, which only HTTP and the
 * AWS SDK reach:
 *
 *     const app = await deployApp({ SLUICE_MAX_ACTIVE: "2" });
 *     const client = createClient(app);          // from cli/client.ts
 *     const stranger = await app.newKey({ tenant: "other", role: "tenant" });
 *     …
 *     await app.stop();
 *
 * Files that need no settings of their own share the one that the global
 * set-up of their vitest project deploys (`test/support/deployed.ts`):
 * `inject("app")`, with a tenant of their own by `newKey`.
 */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DeleteBucketPolicyCommand, ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListQueuesCommand, SetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { environment } from "../../../lambdas/platform/environment.ts";
import type { Settings } from "../../../lambdas/platform/settings.ts";
import type { Caller } from "../../../lambdas/records/api-keys/api-keys.ts";
import { bootstrap, build, deploy } from "../../../local/deploy.ts";
import { issueKey } from "../../../ops/api-keys.ts";
import { localClient } from "../../../ops/aws-client-options.ts";
import type { Outputs } from "../../../ops/deployed-stack.ts";
import { refusals } from "../measures/telemetry.ts";
import { startTestEmulator, type TestEmulator, type TestEmulatorOptions } from "./emulator.ts";

/** What a test needs to reach a deployment; plain data, so that it can be injected. */
export interface AppAddress {
  readonly endpoint: string;
  readonly apiUrl: string;
  /** Of tenant `test`, role `operator`. */
  readonly apiKey: string;
  readonly outputs: Outputs;
}

export interface DeployedApp extends AppAddress {
  readonly emulator: TestEmulator;
  /** Deploys with other settings, over what is there. */
  redeploy(settings: TestSettings): Promise<void>;
  /** Builds such a deployment, of this or another checkout; the answer deploys it, as often as it is called. */
  prepare(settings: TestSettings, checkout?: string): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

export type TestSettings = Readonly<{ [Name in keyof Settings as `SLUICE_${Name}`]?: string }>;

/** So that no test is stopped by the usage plan unless it asks to be. */
const unthrottled: TestSettings = {
  SLUICE_RATE_LIMIT: "10000",
  SLUICE_BURST_LIMIT: "5000",
  SLUICE_DAILY_QUOTA: "100000000",
};

export interface TestDeploymentOptions extends TestEmulatorOptions {
  /** The checkout whose app is deployed. @default this one */
  readonly checkout?: string;
}

export async function deployApp(
  settings: TestSettings = {},
  { enforceIam = false, checkout, ...options }: TestDeploymentOptions = {},
): Promise<DeployedApp> {
  const emulator = await startTestEmulator(options);
  try {
    const { endpoint, folder } = emulator;
    let deployments = 0;
    const deploymentOf = (chosen: TestSettings, from?: string) => ({
      env: { ...withoutSettings(), ...unthrottled, ...chosen },
      folder: join(folder, `deploy-${deployments++}`),
      say: () => {},
      ...(from === undefined ? {} : { checkout: from }),
    });
    const prepare = async (chosen: TestSettings, from?: string) => {
      const prepared = deploymentOf(chosen, from);
      await build(endpoint, prepared);
      return async () => void (await deploy(endpoint, prepared));
    };
    const deployment = deploymentOf(settings, checkout);
    await Promise.all([build(endpoint, deployment), bootstrap(endpoint)]);
    const outputs = await deploy(endpoint, deployment);
    const apiKey = await newKey({ endpoint, outputs }, { tenant: "test", role: "operator" });
    if (enforceIam) {
      // Only now: the emulator refuses the CDK its own roles.
      await allowPlainHttp(endpoint);
      await emulator.restart({ enforceIam });
    }
    return {
      endpoint,
      apiUrl: outputs.ApiUrl,
      apiKey,
      outputs,
      emulator,
      prepare,
      redeploy: async (chosen) => (await prepare(chosen))(),
      stop: async () => {
        let refused: string[];
        try {
          refused = await refusals(endpoint);
        } finally {
          await emulator.stop();
        }
        if (refused.length === 0) return;
        // Of what a global set-up ends with, vitest prints the error and forgets it.
        process.exitCode = 1;
        throw new Error(`Roles lack grants:\n${refused.join("\n")}`);
      },
    };
  } catch (error) {
    await emulator.stop();
    throw error;
  }
}

/** A key for a caller; by default of a tenant that nobody else has. */
export async function newKey(
  app: Pick<AppAddress, "endpoint" | "outputs">,
  caller: Caller = { tenant: `tenant-${randomUUID()}`, role: "tenant" },
): Promise<string> {
  const key = { name: caller.tenant, caller };
  return (await issueKey(localClient(app.endpoint), app.outputs, key)).value;
}

/** Takes back what only HTTPS passes: the emulator's address is plain HTTP. */
async function allowPlainHttp(endpoint: string): Promise<void> {
  const s3 = new S3Client({ ...localClient(endpoint), forcePathStyle: true });
  for (const { Name: Bucket } of (await s3.send(new ListBucketsCommand())).Buckets ?? []) {
    await s3.send(new DeleteBucketPolicyCommand({ Bucket }));
  }
  const sqs = new SQSClient(localClient(endpoint));
  for (const QueueUrl of (await sqs.send(new ListQueuesCommand())).QueueUrls ?? []) {
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: "" } }));
  }
  s3.destroy();
  sqs.destroy();
}

/** A developer's own settings must not change what tests see. */
function withoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !name.startsWith("SLUICE_")),
  );
}
