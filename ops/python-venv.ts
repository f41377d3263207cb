/** Virtual environments of Python for tools that npm does not have. */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalFailure } from "./failure.ts";
import { type Run, run } from "./processes.ts";

export interface PythonVenv {
  /** Runs a program that a package has installed. */
  run(program: string, args: readonly string[], cwd?: string): Promise<Run>;
}

/**
 * Installs the packages of a requirements file, unless they are there.
 * @throws LocalFailure with what pip says, for example if the network is down
 */
export async function pythonVenv(
  folder: string,
  requirements: string,
  env: NodeJS.ProcessEnv,
): Promise<PythonVenv> {
  const bin = (program: string) => join(folder, "bin", program);
  const must = async (program: string, args: readonly string[]) => {
    const { exitCode, output } = await run(program, args, { env });
    if (exitCode === 0) return;
    throw new LocalFailure(
      `${program} ${args.join(" ")} failed: ${output.trim()} Check the network, or pip's index and proxy settings, and try again.`,
    );
  };
  mkdirSync(dirname(folder), { recursive: true });
  const pinned = readFileSync(requirements, "utf8").trim().split("\n");
  const script = `import importlib.metadata as m; [m.version(l.split('==')[0]) == l.split('==')[1] or exit(1) for l in ${JSON.stringify(pinned)}]`;
  const present = await run(bin("python"), ["-c", script], { env });
  if (present.exitCode !== 0) {
    await must("python3", ["-m", "venv", "--clear", folder]);
    const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--quiet"];
    await must(bin("python"), [...pip, "--requirement", requirements]);
  }
  return {
    run: (program, args, cwd) =>
      run(bin(program), args, { env, ...(cwd === undefined ? {} : { cwd }) }),
  };
}
