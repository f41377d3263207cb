/** Runs cfn-lint, which knows the types and limits of every resource, on a template. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../lambdas/platform/environment.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { sluiceFolder } from "../../ops/paths.ts";
import { run } from "../../ops/processes.ts";

const version = "1.51.0";
const venv = join(sluiceFolder, `cfn-lint-${version}`);
const program = join(venv, "bin", "cfn-lint");

/** W3005: the CDK names some dependencies that a reference implies already. */
const ignored = ["W3005"];

/**
 * @returns the findings, empty if there are none
 * @throws LocalFailure if it cannot be installed
 */
export async function lintTemplate(template: string, region: string): Promise<string> {
  await install();
  const args = ["--ignore-checks", ...ignored, "--regions", region, "--", template];
  const { output, exitCode } = await run(program, args, { env: environment });
  return exitCode === 0 ? "" : output.trim();
}

async function install(): Promise<void> {
  if (existsSync(program)) return;
  const made = await run("python3", ["-m", "venv", venv], { env: environment });
  const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet"];
  const python = join(venv, "bin", "python");
  const installed =
    made.exitCode === 0
      ? await run(python, [...pip, `cfn-lint==${version}`], { env: environment })
      : made;
  if (installed.exitCode === 0) return;
  throw new LocalFailure(
    `cfn-lint ${version} could not be installed by pip (Python 3.11 or later with venv is needed): ${installed.output.trim()}`,
  );
}
