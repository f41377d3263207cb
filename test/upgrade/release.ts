/** Another revision of this repository, checked out so that it can be deployed. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { environment } from "../../lambdas/platform/environment.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { repository } from "../../ops/paths.ts";
import { run } from "../../ops/processes.ts";

/**
 * The newest tag before the current commit.
 * @throws LocalFailure if there is none
 */
export async function newestRelease(): Promise<string> {
  const args = ["describe", "--tags", "--abbrev=0", "HEAD^"];
  const { output, exitCode } = await run("git", args, { cwd: repository, env: environment });
  if (exitCode === 0) return output.trim();
  throw new LocalFailure(
    "No tag names the release before. Name a revision: npm run test:upgrade -- --from REVISION.",
  );
}

/**
 * @param folder does not exist yet
 * @throws LocalFailure if there is no such revision
 */
export async function checkOut(revision: string, folder: string): Promise<void> {
  const commit = await succeed("git", ["rev-parse", "--verify", `${revision}^{commit}`]);
  await succeed("git", ["clone", "--quiet", "--no-checkout", "--shared", repository, folder]);
  await succeed("git", ["checkout", "--quiet", "--detach", commit], folder);
  if (lockOf(folder) === lockOf(repository)) linkModules(folder);
  else await succeed("npm", ["ci", "--no-audit", "--no-fund"], folder);
}

/** Without the cache of bundles, which is each checkout's own. */
function linkModules(folder: string): void {
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  const ours = join(repository, "node_modules");
  for (const name of readdirSync(ours)) {
    if (name !== ".cache") symlinkSync(join(ours, name), join(modules, name));
  }
}

function lockOf(folder: string): string {
  return readFileSync(join(folder, "package-lock.json"), "utf8");
}

async function succeed(program: string, args: string[], cwd = repository): Promise<string> {
  const { output, exitCode } = await run(program, args, { cwd, env: environment });
  if (exitCode === 0) return output.trim();
  throw new LocalFailure(`${program} ${args.join(" ")} failed in ${cwd}: ${output.trim()}`);
}
