/** Paths of files and folders. */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { environment } from "../lambdas/platform/environment.ts";

/** Set by the build of the installable command line; see `scripts/build-cli.ts`. */
declare const SLUICE_INSTALLED: boolean;

/** Whether this is the installed command line, without the repository around it. */
export const isInstalled = typeof SLUICE_INSTALLED !== "undefined" && SLUICE_INSTALLED;

/** The repository, or the folder of the installed package. */
export const repository = resolve(import.meta.dirname, "..");
/** Node's compile cache: compiled code starts faster. */
export const compileCache = join(repository, "node_modules/.cache/compiled");
/** The unpacked code of functions, which all emulators share: see `local/emulator/code_cache.py`. */
export const functionCode = join(repository, "node_modules/.cache/functions");
/**
 * Everything that local runs keep; not under version control. `SLUICE_FOLDER` moves it. The installed
 * command line looks for it in the current folder.
 */
export const sluiceFolder = resolve(
  environment["SLUICE_FOLDER"] || join(isInstalled ? "." : repository, ".sluice"),
);
export const venvFolder = join(sluiceFolder, "venv");

/** The folders and files of one emulator. */
export interface EmulatorFiles {
  /** The state that it saves when it stops and loads when it starts. */
  readonly state: string;
  readonly objects: string;
  /** Its temporary files. */
  readonly temporary: string;
  readonly log: string;
  /** The lock file of the running emulator. */
  readonly lock: string;
}

export function emulatorFiles(folder: string): EmulatorFiles {
  return {
    state: join(folder, "state"),
    objects: join(folder, "objects"),
    temporary: join(folder, "tmp"),
    log: join(folder, "emulator.log"),
    lock: join(folder, "emulator.lock"),
  };
}

/** Creates the folders and removes temporary files of an earlier run. */
export function prepareFiles(files: EmulatorFiles): void {
  rmSync(files.temporary, { recursive: true, force: true });
  for (const folder of [files.state, files.objects, files.temporary]) {
    mkdirSync(folder, { recursive: true });
  }
}

/** The folder of `npm start`. */
export const localFolder = join(sluiceFolder, "local");
/** The folder of `npm run demo`: only logs, because each demo starts empty. */
export const demoFolder = join(sluiceFolder, "demo");
/** The file in which a running `npm start` publishes its address. */
export const localFile = join(sluiceFolder, "local.json");

/** The lock file, held while a command runs in the folder. */
export function lockIn(folder: string): string {
  return join(folder, "pid");
}
