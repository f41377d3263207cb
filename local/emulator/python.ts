/** Finds a Python for the emulator and creates a virtual environment for it. */
import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { LocalFailure } from "../../ops/failure.ts";
import { run } from "../../ops/processes.ts";

export const emulatorVersion = "1.5.33";

const withoutPython =
  "Alternatively, run a LocalStack-compatible emulator and set AWS_ENDPOINT_URL to its URL.";

/** Plain `python3` first, because the user has chosen it; then newest first. */
const candidates = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python"];

/** @throws LocalFailure if no Python 3.11 or later with venv is on the PATH */
async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  let unsuitable = "";
  for (const python of candidates) {
    const script =
      "import sys; print('%d.%d' % sys.version_info[:2]); import venv, ensurepip, fcntl";
    const { output, exitCode } = await run(python, ["-c", script], { env });
    const [version = ""] = output.split("\n");
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const recent = major === 3 && minor >= 11;
    if (exitCode === 0 && recent) return python;
    if (recent) {
      unsuitable ||= `${python} is Python ${version} without the venv module (Debian and Ubuntu: apt install python3-venv).`;
    } else if (exitCode === 0) {
      unsuitable ||= `${python} is Python ${version}.`;
    }
  }
  const found = unsuitable || "No Python is on the PATH.";
  throw new LocalFailure(
    `The emulator needs Python 3.11 or later. ${found} Install it from python.org or your package manager, then try again. ${withoutPython}`,
  );
}

function pythonIn(venv: string): string {
  return join(venv, "bin", "python");
}

async function hasEmulator(venv: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const script = `import importlib.metadata as m, ministack; assert m.version('ministack') == '${emulatorVersion}'`;
  return (await run(pythonIn(venv), ["-c", script], { env })).exitCode === 0;
}

export interface InstallOptions {
  readonly venv: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly say: (line: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Installs the emulator unless it is installed. A broken folder (Python was upgraded or moved, or
 * an installation was interrupted) is created again.
 * @returns the Python that runs the emulator
 * @throws LocalFailure
 */
export async function installEmulator(options: InstallOptions): Promise<string> {
  const { venv, env, logFile, say } = options;
  if (await hasEmulator(venv, env)) return pythonIn(venv);
  const python = await findPython(env);
  say(`Installing the emulator (ministack ${emulatorVersion}, by pip) …`);
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(dirname(logFile), { recursive: true });
  const logged = {
    env,
    logFile,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const made = await run(python, ["-m", "venv", venv], logged);
  const pip = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
  const installed =
    made.exitCode === 0
      ? await run(pythonIn(venv), [...pip, `ministack==${emulatorVersion}`], logged)
      : made;
  if (installed.exitCode !== 0) {
    throw new LocalFailure(
      `Installing the emulator with pip failed: ${lastLine(installed.output)} See ${logFile}. Check the network, or pip's index and proxy settings, and try again. ${withoutPython}`,
    );
  }
  return pythonIn(venv);
}

function lastLine(output: string): string {
  const line = output.trim().split("\n").at(-1) ?? "";
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
