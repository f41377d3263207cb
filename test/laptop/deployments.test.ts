/** Deployments as a person or a pipeline runs them, on an emulator instead of an account. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CloudFormationClient,
  DescribeStacksCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Client, createClient } from "../../cli/client.ts";
import type { JobAnswer } from "../../lambdas/contract/calls/jobs.ts";
import { environment } from "../../lambdas/platform/environment.ts";
import { bootstrap, cdkEnvironment } from "../../local/deploy.ts";
import { type Outputs, readOutputs } from "../../ops/deployed-stack.ts";
import { repository } from "../../ops/paths.ts";
import { type Run, run } from "../../ops/processes.ts";
import { type AppAddress, newKey } from "../support/deployment/app.ts";
import {
  localClient,
  startTestEmulator,
  type TestEmulator,
} from "../support/deployment/emulator.ts";

/** The file that everybody deploys from. */
const committed = {
  RATE_LIMIT: 1_000,
  API_LOGS_ROLE: "keep",
  stages: {
    dev: { MAX_ACTIVE: 2 },
    prod: {
      METADATA_PROVIDER: "openai",
      LLM_BASE_URL: "http://127.0.0.1:9/v1",
      LLM_MODEL: "large",
      METADATA_PER: "none",
    },
  },
};

let emulator: TestEmulator;
let folder: string;
let cloudFormation: CloudFormationClient;

beforeAll(async () => {
  emulator = await startTestEmulator();
  folder = mkdtempSync(join(tmpdir(), "sluice-deployments-"));
  cloudFormation = new CloudFormationClient(localClient(emulator.endpoint));
  const options = { env: environment, folder, say: () => {} };
  await bootstrap(emulator.endpoint, options);
  const deployed = [await deploy(["--stage", "dev"]), await deploy(["--stage", "prod"], key)];
  for (const { exitCode, output } of deployed) if (exitCode !== 0) throw new Error(output);
});
afterAll(async () => {
  cloudFormation.destroy();
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

const key = { SLUICE_LLM_API_KEY: "sk-deployed" };

function environmentWith(file: object, variables: Readonly<Record<string, string>>) {
  const path = join(folder, "sluice.config.ts");
  writeFileSync(path, `export default ${JSON.stringify(file)};\n`);
  const own = Object.entries(environment).filter(([name]) => !name.startsWith("SLUICE_"));
  return {
    ...cdkEnvironment(Object.fromEntries(own), emulator.endpoint),
    SLUICE_CONFIG: path,
    ...variables,
  };
}

function deploy(args: string[], variables = {}, file: object = committed): Promise<Run> {
  const unasked = ["--require-approval=never", "--method=direct", "--no-notices"];
  const output = ["--output", join(folder, "cdk.out")];
  return run(process.execPath, ["scripts/deploy.ts", ...args, ...unasked, ...output], {
    cwd: repository,
    env: environmentWith(file, variables),
  });
}

async function outputsOf(stack: string): Promise<Outputs> {
  return (await readOutputs(cloudFormation, stack))!;
}

async function physicalIds(stack: string): Promise<Set<string>> {
  const ids = new Set<string>();
  const pages = paginateListStackResources({ client: cloudFormation }, { StackName: stack });
  for await (const { StackResourceSummaries = [] } of pages) {
    for (const { ResourceType, PhysicalResourceId = "" } of StackResourceSummaries) {
      // Named within its API, as every stage of a REST API.
      if (ResourceType !== "AWS::ApiGateway::Stage")
        ids.add(`${ResourceType} ${PhysicalResourceId}`);
    }
  }
  return ids;
}

describe("two stages in one account", () => {
  interface Stage {
    readonly address: Pick<AppAddress, "apiUrl" | "apiKey">;
    readonly client: Client;
  }
  const stages = new Map<string, Stage>();
  beforeAll(async () => {
    for (const stage of ["dev", "prod"]) {
      const outputs = await outputsOf(`Sluice-${stage}`);
      const caller = { tenant: "acme", role: "operator" } as const;
      const apiKey = await newKey({ endpoint: emulator.endpoint, outputs }, caller);
      const address = { apiUrl: outputs.ApiUrl, apiKey };
      stages.set(stage, { address, client: createClient(address) });
    }
  });
  const each = <T>(work: (name: string, stage: Stage) => Promise<T>): Promise<T[]> =>
    Promise.all([...stages].map(([name, stage]) => work(name, stage)));

  test("have no resource in common", async () => {
    const [dev, prod] = await Promise.all([physicalIds("Sluice-dev"), physicalIds("Sluice-prod")]);
    expect(dev.size).toBeGreaterThan(100);
    expect([...dev].filter((id) => prod.has(id))).toEqual([]);
  });

  test("run their jobs at the same time, and each finds its own documents only", async () => {
    const ended = await each(async (name, { client }) => {
      const jobs: JobAnswer[] = [];
      for (let i = 0; i < 3; i += 1) {
        const { job_id } = await client.ingest({
          document_id: `report-${i}`,
          text: `Report ${i} of the stage ${name}: the bridge cost 4.2 million euros.`,
        });
        let last: JobAnswer | undefined;
        for await (const job of client.watch(job_id)) last = job;
        jobs.push(last!);
      }
      return jobs.map(({ status }) => status);
    });
    expect(ended.flat()).toEqual(Array(6).fill("completed"));
    const found = await each(async (name, { client }) => {
      const { results } = await client.search({ query: "what did the bridge cost", limit: 10 });
      return results.map(({ text }) => text.includes(`the stage ${name}`));
    });
    expect(found).toEqual([
      [true, true, true],
      [true, true, true],
    ]);
    const listed = await each(async (_, { client }) => (await client.jobs({})).jobs.length);
    expect(listed).toEqual([3, 3]);
  });

  test("refuse each other's keys", async () => {
    const { apiUrl } = stages.get("prod")!.address;
    const headers = { "x-api-key": stages.get("dev")!.address.apiKey };
    const answer = await fetch(`${apiUrl}/jobs`, { headers });
    await answer.body?.cancel();
    expect(answer.status).toBe(403);
  });
});

describe("a deployment over a configured stack", () => {
  const bare = { stages: { prod: {} } };
  const changed = async () => {
    const { Stacks } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: "Sluice-prod" }),
    );
    return [Stacks?.[0]?.StackStatus, Stacks?.[0]?.LastUpdatedTime?.getTime()];
  };
  const refusal = [
    "The deployed stack Sluice-prod has other settings than this deployment. Nothing was changed.",
    "METADATA_PER: none → chunk (not set here, so the default applies)",
    "METADATA_PROVIDER: openai → local",
    "LLM_MODEL: large → gpt-4o-mini",
    "LLM_API_KEY: the stack holds this key",
    "RATE_LIMIT: 1000 → 50",
  ];

  test("by somebody without its settings is refused with all that would change, and changes nothing", async () => {
    const before = await changed();
    const { exitCode, output } = await deploy(["--stage", "prod"], {}, bare);
    expect(exitCode).toBe(1);
    for (const line of refusal) expect(output).toContain(line);
    expect(await changed()).toEqual(before);
  });

  test("by plain cdk deploy is refused in the same way", async () => {
    const before = await changed();
    const cdk = join(repository, "node_modules/aws-cdk/bin/cdk");
    const args = ["deploy", "-c", "stage=prod", "--require-approval=never", "--no-notices"];
    const env = environmentWith(bare, {});
    const output = ["--output", join(folder, "cdk.plain")];
    const { exitCode, output: said } = await run(process.execPath, [cdk, ...args, ...output], {
      cwd: repository,
      env,
    });
    expect(exitCode).toBe(1);
    for (const line of refusal) expect(said).toContain(line);
    expect(await changed()).toEqual(before);
  });

  test("that removes a key is made once it is accepted", async () => {
    const secrets = new SecretsManagerClient(localClient(emulator.endpoint));
    const SecretId = (await outputsOf("Sluice-prod")).LlmApiKeySecret ?? "";
    const { SecretString } = await secrets.send(new GetSecretValueCommand({ SecretId }));
    expect(SecretString).toBe("sk-deployed");
    secrets.destroy();
    const { exitCode, output } = await deploy(["--stage", "prod", "--accept"], {}, bare);
    expect([exitCode, output]).toEqual([0, output]);
    expect(output).toContain("Changes METADATA_PROVIDER: openai → local");
    expect((await outputsOf("Sluice-prod")).LlmApiKeySecret).toBeUndefined();
  });
});
