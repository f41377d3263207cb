/** Where things lie. */
import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

export const repository = resolve(import.meta.dirname, "..");
/** Everything a laptop keeps; not under version control. */
export const sluiceFolder = join(repository, ".sluice");
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
}
