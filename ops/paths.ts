/** Where things lie. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { environment } from "../lambdas/platform/environment.ts";

export const repository = resolve(import.meta.dirname, "..");
/** Of Node: code that was compiled before starts sooner. */
export const compileCache = join(repository, "node_modules/.cache/compiled");
/** Everything a laptop keeps; not under version control. `SLUICE_FOLDER` moves it. */
export const sluiceFolder = resolve(environment["SLUICE_FOLDER"] || join(repository, ".sluice"));
export const venvFolder = join(sluiceFolder, "venv");

/** The folders and files of one emulator. */
export interface EmulatorFiles {
  /** What it saves when it stops, and finds when it starts. */
  readonly state: string;
  readonly objects: string;
  /** For its temporary files, unpacked functions among them. */
  readonly temporary: string;
  readonly log: string;
  /** Held by the running emulator. */
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

/** Makes the folders; temporary files of an earlier run are removed. */
export function prepareFiles(files: EmulatorFiles): void {
  rmSync(files.temporary, { recursive: true, force: true });
  for (const folder of [files.state, files.objects, files.temporary]) {
    mkdirSync(folder, { recursive: true });
  }
  // Functions are unpacked here; without it Node would read their type from
  // this repository's package.json, which no function in Lambda sees.
  writeFileSync(join(files.temporary, "package.json"), "{}\n");
}

/** What `npm start` keeps. */
export const localFolder = join(sluiceFolder, "local");
/** What `npm run demo` keeps: nothing but logs, as it starts empty each time. */
export const demoFolder = join(sluiceFolder, "demo");
/** Where a running `npm start` says how to reach it. */
export const localFile = join(sluiceFolder, "local.json");

/** Held while something runs in the folder. */
export function lockIn(folder: string): string {
  return join(folder, "pid");
}
