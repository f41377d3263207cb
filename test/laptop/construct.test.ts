/** The packed construct in a CDK app that is not this repository. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createClient } from "../../cli/client.ts";
import { environment } from "../../lambdas/platform/environment.ts";
import { bootstrap, cdkEnvironment } from "../../local/deploy.ts";
import { readOutputs } from "../../ops/deployed-stack.ts";
import { repository } from "../../ops/paths.ts";
import { run } from "../../ops/processes.ts";
import { newKey } from "../support/deployment/app.ts";
import {
  localClient,
  startTestEmulator,
  type TestEmulator,
} from "../support/deployment/emulator.ts";

let folder: string;
let emulator: TestEmulator;

beforeAll(async () => {
  emulator = await startTestEmulator();
  folder = mkdtempSync(join(tmpdir(), "sluice-construct-"));
  const modules = join(folder, "node_modules");
  const packageFolder = join(modules, "sluice-cdk");
  mkdirSync(packageFolder, { recursive: true });
  await succeed("npm", ["pack", "./construct", "--pack-destination", folder], repository);
  const [tarball = ""] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  await succeed("tar", ["-xzf", join(folder, tarball), "-C", packageFolder, "--strip=1"], folder);
  rmSync(join(folder, tarball));
  for (const name of ["aws-cdk-lib", "constructs", "zod"]) {
    symlinkSync(join(repository, "node_modules", name), join(modules, name));
  }
});
afterAll(async () => {
  await emulator.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function succeed(program: string, args: string[], cwd: string): Promise<string> {
  const env = { ...cdkEnvironment(environment, emulator.endpoint), PATH: environment["PATH"] };
  const { output, exitCode } = await run(program, args, { cwd, env });
  if (exitCode !== 0) throw new Error(`${program} ${args.join(" ")}: ${output}`);
  return output;
}

const app = (settings: string) => `
import { App, Stack } from "aws-cdk-lib";
import { Sluice } from "sluice-cdk";
const app = new App();
const stack = new Stack(app, "Knowledge");
const ingest = new Sluice(stack, "Ingest", { name: "Knowledge", settings: ${settings} });
export const url: string = ingest.url;
`;

test("its types name the settings, and refuse what is none", async () => {
  const tsc = join(repository, "node_modules/typescript/bin/tsc");
  const compilerOptions = {
    module: "nodenext",
    strict: true,
    skipLibCheck: true,
    noEmit: true,
    types: [],
  };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, files: ["app.ts"] }),
  );
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const checked = async (settings: string) => {
    writeFileSync(join(folder, "app.ts"), app(settings));
    return run(process.execPath, [tsc], { cwd: folder, env: environment });
  };
  expect(await checked('{ MAX_ACTIVE: 2, METADATA_PROVIDER: "local" }')).toEqual({
    output: "",
    exitCode: 0,
  });
  const wrong = await checked('{ METADATA_PROVIDER: "locall" }');
  expect(wrong.output).toContain(`Type '"locall"' is not assignable`);
});

test("it deploys as a part of another stack, and ingests", async () => {
  await bootstrap(emulator.endpoint);
  writeFileSync(
    join(folder, "app.mjs"),
    app("{ MAX_ACTIVE: 2 }").replace("export const url: string = ingest.url;", ""),
  );
  const cdk = join(repository, "node_modules/aws-cdk/bin/cdk");
  const unasked = ["--require-approval=never", "--method=direct", "--no-notices"];
  const command = `${process.execPath} app.mjs`;
  await succeed(process.execPath, [cdk, "deploy", "--app", command, ...unasked], folder);
  const cloudFormation = new CloudFormationClient(localClient(emulator.endpoint));
  const outputs = (await readOutputs(cloudFormation, "Knowledge"))!;
  cloudFormation.destroy();
  const apiKey = await newKey({ endpoint: emulator.endpoint, outputs });
  const client = createClient({ apiUrl: outputs.ApiUrl, apiKey });
  const text = "The lighthouse was built of granite.";
  const { job_id } = await client.ingest({ document_id: "lighthouse", text });
  let status: string | undefined;
  for await (const job of client.watch(job_id)) status = job.status;
  expect(status).toBe("completed");
  const { results } = await client.search({ query: "what is the lighthouse built of" });
  expect(results.map(({ document_id }) => document_id)).toEqual(["lighthouse"]);
});
