/**
 * Bundles the steps. A step's `handler.ts` and all its imports become one ES module that includes
 * the AWS SDK, so that the tested code is the deployed code. A bundle that needs native libraries
 * gets them beside it. Unchanged input is not bundled again.
 */
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative } from "node:path";
import { type StepName, stepNames } from "../../lambdas/functions.ts";
import { contentHash, type Entry, writeArchive } from "./archive.ts";
import { type CompiledStep, compileBootstrap, compileSteps } from "./compile.ts";
import { type NativeName, natives } from "./natives.ts";
import { cacheFolder, root } from "./paths.ts";

export interface StepCode {
  /** A zip file. Steps with the same native libraries share one, so that these are uploaded once. */
  readonly archive: string;
  /** The hash of the content: an unchanged function is not deployed again. */
  readonly hash: string;
  readonly handler: string;
}

export type StepBundles = Readonly<Record<StepName, StepCode>>;

/** Everything that determines the content of a bundle. */
const inputs = [
  "lambdas",
  "console",
  "infra/bootstrap",
  "infra/bundling",
  "models",
  "package-lock.json",
];

/** Of each step, the source files of which its bundle holds some code, below the repository. */
export type StepSources = Readonly<Record<StepName, readonly string[]>>;

/** @throws Error if a step cannot be bundled */
export async function bundleSteps(): Promise<StepBundles> {
  return readJson((await bundled()).code) as StepBundles;
}

/** @throws Error if a step cannot be bundled */
export async function sourcesOfSteps(): Promise<StepSources> {
  return readJson((await bundled()).sources) as StepSources;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The files that describe the bundles of the current input. */
async function bundled(): Promise<{ readonly code: string; readonly sources: string }> {
  mkdirSync(cacheFolder, { recursive: true });
  const manifest = join(cacheFolder, contentHash(inputs.flatMap(read)));
  const files = { code: `${manifest}.json`, sources: `${manifest}.sources.json` };
  if (existsSync(files.code)) return files;
  const { code, sources } = await bundle();
  writeFileSync(files.sources, JSON.stringify(sources));
  writeFileSync(files.code, JSON.stringify(code, undefined, 2));
  keepOnly([files.code, files.sources, ...Object.values(code).map(({ archive }) => archive)]);
  return files;
}

async function bundle(): Promise<{ readonly code: StepBundles; readonly sources: StepSources }> {
  const [compiled, bootstrap] = await Promise.all([compileSteps(), compileBootstrap()]);
  const runtime: Entry[] = [
    bootstrap,
    {
      path: "bootstrap",
      content: readFileSync(join(root, "infra/bootstrap/bootstrap.sh")),
      executable: true,
    },
  ];
  const code = await Promise.all(
    groups(compiled).map(async ({ natives: needed, members }) => {
      const entries = [
        ...runtime,
        ...members.flatMap((step) => compiled.get(step)?.entries ?? []),
        ...needed.flatMap((native) => natives[native].files(root).flatMap(read)),
      ];
      const hash = contentHash(entries);
      const archive = await archived(entries, hash);
      return members.map(
        (step) => [step, { archive, hash, handler: `${step}/index.handler` }] as const,
      );
    }),
  );
  const sources = [...compiled].map(([step, { sources: files }]) => [step, files] as const);
  return {
    code: Object.fromEntries(code.flat()) as StepBundles,
    sources: Object.fromEntries(sources) as StepSources,
  };
}

interface Group {
  readonly natives: readonly NativeName[];
  readonly members: StepName[];
}

/** Groups steps by their set of native libraries; every other step is on its own. */
function groups(compiled: ReadonlyMap<StepName, CompiledStep>): Group[] {
  const found = new Map<string, Group>();
  for (const step of stepNames) {
    const needed = compiled.get(step)?.natives ?? [];
    const key = needed.length === 0 ? step : needed.join("+");
    const group = found.get(key) ?? { natives: needed, members: [] };
    group.members.push(step);
    found.set(key, group);
  }
  return [...found.values()];
}

async function archived(entries: readonly Entry[], hash: string): Promise<string> {
  const archive = join(cacheFolder, `${hash}.zip`);
  if (existsSync(archive)) return archive;
  // Renamed when it is complete, so that an interrupted build leaves no partial file.
  const partial = `${archive}.${process.pid}`;
  await writeArchive(entries, partial);
  renameSync(partial, archive);
  return archive;
}

/** A file, or all files of a folder, with their paths in the repository. */
function read(path: string): Entry[] {
  const absolute = join(root, path);
  const files = statSync(absolute).isFile()
    ? [absolute]
    : readdirSync(absolute, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => ({ path: relative(root, file), content: readFileSync(file) }));
}

/** Deletes earlier builds, because each takes about 100 MB. */
function keepOnly(files: readonly string[]): void {
  const kept = new Set(files.map((file) => basename(file)));
  for (const name of readdirSync(cacheFolder)) {
    if (!kept.has(name) && /\.(json|zip)$/.test(name))
      rmSync(join(cacheFolder, name), { force: true });
  }
}
