/**
 * `npm run verify:template`: everything that can be known about the template and the bundles without
 * an account. Prints one line for each check; the exit status is 1 if one fails.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundleSteps } from "../infra/bundling/bundle.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { repository } from "../ops/paths.ts";
import { pathWithNode, run } from "../ops/processes.ts";
import { reportBundles } from "./verify/bundles.ts";
import { lintTemplate } from "./verify/cfn-lint.ts";
import { differingAssets } from "./verify/clones.ts";

const region = "us-east-1";
const folder = mkdtempSync(join(tmpdir(), "sluice-template-"));

/** Settings that put every optional resource into the template. */
const settings = {
  SLUICE_CONFIG: "none",
  SLUICE_STAGE: "",
  SLUICE_LLM_API_KEY: "not-used",
  SLUICE_EMBEDDINGS_API_KEY: "not-used",
  SLUICE_RERANK_API_KEY: "not-used",
  SLUICE_ALARM_EMAIL: "ops@example.com",
};

/** @returns problems, and a line that says what was looked at */
type Check = () => Promise<readonly [problems: readonly string[], looked: string]>;

const checks: Readonly<Record<string, Check>> = {
  // First: it writes the template.
  "cdk-nag AwsSolutions": async () => {
    const own = Object.entries(environment).filter(
      ([name]) => !/^(AWS|CDK|SLUICE)_/.test(name) || name === "SLUICE_FOLDER",
    );
    const cdk = join(repository, "node_modules/aws-cdk/bin/cdk");
    const { output, exitCode } = await run(
      process.execPath,
      [cdk, "synth", "--quiet", "--no-notices", "--output", folder],
      {
        cwd: repository,
        env: { ...Object.fromEntries(own), ...settings, PATH: pathWithNode(environment) },
      },
    );
    return [exitCode === 0 ? [] : [output.trim()], "every finding is explained where it arises"];
  },
  "cfn-lint": async () => {
    const [template] = readdirSync(folder).filter((name) => name.endsWith(".template.json"));
    if (template === undefined) return [["There is no template."], ""];
    const findings = await lintTemplate(join(folder, template), region);
    return [findings === "" ? [] : [findings], `${template} in ${region}`];
  },
  bundles: async () => {
    const reports = await reportBundles(await bundleSteps());
    const largest = Math.max(...reports.map(({ unzippedBytes }) => unzippedBytes));
    const glibc = reports.flatMap((report) => report.glibc ?? []);
    const newest = glibc.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
    return [
      reports.flatMap(({ steps, problems }) =>
        problems.map((problem) => `${steps.join(", ")}: ${problem}`),
      ),
      `${reports.length} archives, the largest ${(largest / 1_048_576).toFixed(0)} of 250 MB unzipped; glibc ${newest} of 2.34`,
    ];
  },
  "asset hashes": async () => {
    const differing = await differingAssets();
    return [
      differing.map((step) => `The code of ${step} differs between two clones.`),
      "equal in two clones of the last commit",
    ];
  },
};

try {
  for (const [name, check] of Object.entries(checks)) {
    const startedAt = performance.now();
    const [problems, looked] = await check();
    const seconds = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
    const verdict = problems.length === 0 ? "ok    " : "FAILED";
    console.log(
      `${verdict} ${name.padEnd(20)} ${seconds.padStart(7)}  ${problems.length === 0 ? looked : ""}`,
    );
    for (const problem of problems) console.log(`  ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
