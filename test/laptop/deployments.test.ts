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
import { localAccount, localRegion } from "../../ops/aws-client-options.ts";
import { type Outputs, readOutputs } from "../../ops/deployed-stack.ts";
import { repository } from "../../ops/paths.ts";
import { type Run, run } from "../../ops/processes.ts";
import { newKey } from "../support/deployment/app.ts";
import {
  localClient,
  startTestEmulator,
  type TestEmulator,
} from "../support/deployment/emulator.ts";
import { functionNames } from "../support/deployment/function-names.ts";
import { functionProcesses } from "../support/deployment/function-processes.ts";
import { run as sluice } from "../support/deployment/sluice.ts";
import { jsonOf, logLines } from "../support/measures/telemetry.ts";
import { audience, type OidcIssuer, startIssuer } from "../support/oidc-issuer.ts";

/** The file that everybody deploys from: developers have keys, and people sign in to what they use. */
const committedWith = (issuer: string) => ({
  RATE_LIMIT: 1_000,
  API_LOGS_ROLE: "keep",
  stages: {
    dev: { MAX_ACTIVE: 2 },
    prod: {
      AUTH: "jwt",
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      JWT_TENANT_CLAIM: "custom:tenant",
      JWT_OPERATOR_CLAIM: "cognito:groups",
      JWT_OPERATOR_VALUE: "operators",
      METADATA_PROVIDER: "openai",
      LLM_BASE_URL: "http://127.0.0.1:9/v1",
      LLM_MODEL: "large",
      METADATA_PER: "none",
    },
  },
});

let issuer: OidcIssuer;
let committed: object;
let emulator: TestEmulator;
let folder: string;
let cloudFormation: CloudFormationClient;

beforeAll(async () => {
  issuer = await startIssuer();
  committed = committedWith(issuer.url);
  emulator = await startTestEmulator();
  folder = mkdtempSync(join(tmpdir(), "sluice-deployments-"));
  cloudFormation = new CloudFormationClient(localClient(emulator.endpoint));
  await bootstrap(emulator.endpoint);
  const deployed = [await deploy(["--stage", "dev"]), await deploy(["--stage", "prod"], key)];
  for (const { exitCode, output } of deployed) if (exitCode !== 0) throw new Error(output);
});
afterAll(async () => {
  cloudFormation.destroy();
  await emulator.stop();
  await issuer.close();
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

function deploy(args: string[], variables = {}, file = committed): Promise<Run> {
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
    readonly apiUrl: string;
    readonly client: Client;
  }
  const stages = new Map<string, Stage>();
  let apiKey: string;
  const tokenOf = (tenant: string | undefined, more: object = {}) =>
    issuer.token({ "custom:tenant": tenant, ...more });
  beforeAll(async () => {
    const [dev, prod] = [await outputsOf("Sluice-dev"), await outputsOf("Sluice-prod")];
    const caller = { tenant: "acme", role: "operator" } as const;
    apiKey = await newKey({ endpoint: emulator.endpoint, outputs: dev }, caller);
    const token = await tokenOf("acme", { "cognito:groups": ["staff", "operators"] });
    const clients = {
      dev: { apiUrl: dev.ApiUrl, client: createClient({ apiUrl: dev.ApiUrl, apiKey }) },
      prod: { apiUrl: prod.ApiUrl, client: createClient({ apiUrl: prod.ApiUrl, token }) },
    };
    for (const [name, stage] of Object.entries(clients)) stages.set(name, stage);
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

  async function asked(name: string, path: string, headers: Readonly<Record<string, string>>) {
    const answer = await fetch(`${stages.get(name)?.apiUrl}${path}`, { headers });
    const text = await answer.text();
    return { status: answer.status, ...(JSON.parse(text || "{}") as Record<string, unknown>) };
  }
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

  test("refuse each other's callers", async () => {
    const withKey = { "x-api-key": apiKey };
    expect(await asked("dev", "/jobs", withKey)).toMatchObject({ status: 200 });
    expect(await asked("prod", "/jobs", withKey)).toMatchObject({ status: 401 });
    const withToken = bearer(await tokenOf("acme"));
    expect(await asked("prod", "/jobs", withToken)).toMatchObject({ status: 200 });
    expect(await asked("dev", "/jobs", withToken)).toMatchObject({ status: 403 });
  });

  describe("whose callers have tokens", () => {
    const documents = async (token: string) => asked("prod", "/documents", bearer(token));

    test("each sees the documents of the tenant that its token names", async () => {
      expect(await documents(await tokenOf("acme"))).toMatchObject({
        documents: [{}, {}, {}],
      });
      const stranger = await tokenOf("beta", { sub: "user-2" });
      expect(await documents(stranger)).toMatchObject({ status: 200, documents: [] });
      const { apiUrl } = stages.get("prod")!;
      const client = createClient({ apiUrl, token: stranger });
      expect(await client.search({ query: "the bridge" })).toMatchObject({ results: [] });
      expect(await asked("prod", "/documents/report-0", bearer(stranger))).toMatchObject({
        status: 404,
      });
    });

    test("one without a valid token is refused in the API's envelope", async () => {
      const refusal = {
        status: 401,
        code: "unauthenticated",
        error: expect.stringContaining(`signed by ${issuer.url}, be for ${audience},`) as unknown,
        request_id: expect.any(String) as unknown,
      };
      expect(await asked("prod", "/documents", {})).toMatchObject(refusal);
      expect(await documents("made.up.token")).toMatchObject(refusal);
      expect(await documents(await tokenOf("acme", { exp: 1_000 }))).toMatchObject(refusal);
      expect(await documents(await tokenOf("acme", { aud: "other" }))).toMatchObject(refusal);
    });

    test("one whose token lacks a tenant, or is no operator's, is told so", async () => {
      expect(await documents(await tokenOf(undefined))).toMatchObject({
        status: 403,
        code: "forbidden",
        error: expect.stringContaining("no claim custom:tenant") as unknown,
      });
      expect(await asked("prod", "/metrics", bearer(await tokenOf("acme")))).toMatchObject({
        status: 403,
        error: expect.stringContaining("SLUICE_JWT_OPERATOR_CLAIM") as unknown,
      });
      expect(await stages.get("prod")?.client.metrics()).toContain("sluice_");
    });

    test("a new token cannot be checked while the issuer is silent, which is not its caller's fault", async () => {
      // Its processes know the keys that the issuer has had.
      await endProcesses("authorizer");
      issuer.failWith(503);
      try {
        expect(await documents(await tokenOf("acme", { sub: "user-3" }))).toMatchObject({
          status: 503,
          code: "unavailable",
        });
      } finally {
        issuer.failWith(undefined);
      }
      // An issuer that did not answer is left alone for some seconds.
      const token = await tokenOf("acme", { sub: "user-3" });
      await expect
        .poll(async () => (await documents(token)).status, { timeout: 30_000, interval: 1_000 })
        .toBe(200);
    });

    test("the log names who made a change", async () => {
      const lines = (await logLines(emulator.endpoint)).map(jsonOf);
      expect(lines).toContainEqual(
        expect.objectContaining({
          message: "audit",
          action: "POST /ingest",
          tenant: "acme",
          subject: "user-1",
        }),
      );
    });

    test("the command line makes no key that nobody would ask for", async () => {
      const local = { api_url: "http://127.0.0.1:9", api_key: "k", endpoint: emulator.endpoint };
      writeFileSync(join(folder, "local.json"), JSON.stringify(local));
      const ours = {
        PATH: environment["PATH"],
        SLUICE_FOLDER: folder,
        SLUICE_STACK: "Sluice-prod",
      };
      const { status, err } = await sluice(["keys", "create", "--tenant", "acme"], ours);
      expect([status, err]).toEqual([1, expect.stringContaining("SLUICE_AUTH=jwt") as unknown]);
    });
  });

  async function endProcesses(step: "authorizer"): Promise<void> {
    const { port } = new URL(emulator.endpoint);
    const { [step]: name } = await functionNames(emulator.endpoint);
    for (const process of functionProcesses(port)) {
      if (process.name === name) globalThis.process.kill(process.pid, "SIGKILL");
    }
  }
});

describe("a deployment over a configured stack", () => {
  const bare = { stages: { prod: {} } };
  const callers = [{ principal: `arn:aws:iam::${localAccount}:role/*/ingest`, tenant: "acme" }];
  const signing = {
    stages: { prod: { AUTH: "iam", IAM_CALLERS: JSON.stringify(callers) } },
  };
  const changed = async () => {
    const { Stacks } = await cloudFormation.send(
      new DescribeStacksCommand({ StackName: "Sluice-prod" }),
    );
    return [Stacks?.[0]?.StackStatus, Stacks?.[0]?.LastUpdatedTime?.getTime()];
  };
  const refusal = [
    "The deployed stack Sluice-prod has other settings than this deployment. Nothing was changed.",
    "AUTH: jwt → key (not set here, so the default applies)",
    `JWT_AUDIENCE: ${audience} → not set (not set here, so the default applies)`,
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
    const { exitCode, output } = await deploy(["--stage", "prod", "--accept"], {}, signing);
    expect([exitCode, output]).toEqual([0, output]);
    expect(output).toContain("Changes METADATA_PROVIDER: openai → local");
    expect(output).toContain("Changes AUTH: jwt → iam");
    expect((await outputsOf("Sluice-prod")).LlmApiKeySecret).toBeUndefined();
  });

  test("that lets roles call finds the tenant of a role's session, and refuses everybody else", async () => {
    const asRole = await signedBy(await sessionOf("ingest"));
    expect([asRole.status, await asRole.json()]).toEqual([
      200,
      { documents: [{}, {}, {}].map(() => expect.anything() as unknown) },
    ]);
    const other = await signedBy(await sessionOf("stranger"));
    expect([other.status, await other.json()]).toEqual([
      403,
      expect.objectContaining({
        error: expect.stringMatching(
          /assumed-role\/stranger\/test has no tenant.*SLUICE_IAM_CALLERS/,
        ) as unknown,
      }),
    ]);
    const unsigned = await fetch(`${(await outputsOf("Sluice-prod")).ApiUrl}/documents`);
    expect([unsigned.status, await unsigned.json()]).toEqual([
      401,
      expect.objectContaining({ code: "unauthenticated" }),
    ]);
  });

  /** The access key of a session of this role. */
  async function sessionOf(role: string): Promise<string> {
    const RoleArn = `arn:aws:iam::${localAccount}:role/team/${role}`;
    const asked = { Action: "AssumeRole", Version: "2011-06-15", RoleArn, RoleSessionName: "test" };
    const answer = await fetch(emulator.endpoint, {
      method: "POST",
      headers: { authorization: signature("test", "sts") },
      body: new URLSearchParams(asked),
    });
    return /<AccessKeyId>(\w+)</.exec(await answer.text())?.[1] ?? "";
  }

  async function signedBy(accessKey: string): Promise<Response> {
    const { ApiUrl } = await outputsOf("Sluice-prod");
    const headers = { authorization: signature(accessKey, "execute-api") };
    return fetch(`${ApiUrl}/documents`, { headers });
  }

  /** The emulator reads whose key it is, and verifies no signature. */
  function signature(accessKey: string, service: string): string {
    const scope = `${accessKey}/20260101/${localRegion}/${service}/aws4_request`;
    return `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`;
  }
});
