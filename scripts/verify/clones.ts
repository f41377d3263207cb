/** Bundles the steps in two fresh clones: equal code must give equal assets, or every deployment replaces every function. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { environment } from "../../lambdas/platform/environment.ts";
import { LocalFailure } from "../../ops/failure.ts";
import { repository } from "../../ops/paths.ts";
import { run } from "../../ops/processes.ts";

/** Prints the hash of each step's code, which the deployment compares. */
const script = `
const { bundleSteps } = await import("./infra/bundling/bundle.ts");
const bundles = await bundleSteps();
console.log(JSON.stringify(Object.fromEntries(Object.entries(bundles).map(([step, { hash }]) => [step, hash]))));
`;

/**
 * Clones the last commit twice, into folders whose names have different lengths.
 * @returns the steps whose code differs
 * @throws LocalFailure if a clone cannot be made or bundled
 */
export async function differingAssets(): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-clones-"));
  try {
    const first = await hashesIn(join(folder, "one"));
    const second = await hashesIn(join(folder, "another-clone"));
    return Object.keys({ ...first, ...second }).filter((step) => first[step] !== second[step]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hashesIn(clone: string): Promise<Readonly<Record<string, string>>> {
  await succeed("git", ["clone", "--quiet", repository, clone], repository);
  // Without the cache, which would answer for both.
  const modules = join(clone, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(join(repository, "node_modules"))) {
    if (name === ".cache") continue;
    await succeed("cp", ["-al", join(repository, "node_modules", name), modules], repository);
  }
  const lines = await succeed(process.execPath, ["--input-type=module", "--eval", script], clone);
  return JSON.parse(lines.trim().split("\n").at(-1) ?? "{}") as Record<string, string>;
}

async function succeed(program: string, args: string[], cwd: string): Promise<string> {
  const { output, exitCode } = await run(program, args, { cwd, env: environment });
  if (exitCode === 0) return output;
  throw new LocalFailure(`${program} ${args[0]} failed in ${cwd}: ${output.trim()}`);
}
