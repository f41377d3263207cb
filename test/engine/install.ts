/** LocalStack's services from PyPI, in a virtual environment of their own. */
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../lambdas/platform/environment.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { sluiceFolder } from "../../ops/paths.ts";
import { run } from "../../ops/processes.ts";

/** The last that runs on Python 3.11; later ones need 3.13. */
const localStackVersion = "4.9.2";
const requirements = [
  `localstack-core[runtime]==${localStackVersion}`,
  // It imports a module that version 6 no longer has.
  "cbor2<6",
  // Its fork of Twisted imports it.
  "service-identity",
  // It calls a method that later versions no longer have.
  "pyopenssl<25.2",
  "cryptography<46",
];

/**
 * Some 520 MB, once.
 * @returns the Python that has it
 * @throws LocalFailure if it cannot be installed
 */
export async function installLocalStack(): Promise<string> {
  const venv = join(sluiceFolder, `localstack-${localStackVersion}`);
  const python = join(venv, "bin", "python");
  const complete = join(venv, "complete");
  if (existsSync(complete)) return python;
  console.log(`Installing LocalStack ${localStackVersion}, by pip …`);
  rmSync(venv, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet"];
  const made = await run("python3", ["-m", "venv", venv], { env: environment });
  const installed =
    made.exitCode === 0 ? await run(python, [...pip, ...requirements], { env: environment }) : made;
  if (installed.exitCode !== 0) {
    throw new LocalFailure(
      `LocalStack ${localStackVersion} could not be installed by pip (Python 3.11 or later with venv is needed): ${installed.output.trim()}`,
    );
  }
  writeFileSync(complete, "");
  return python;
}
