/**
 * Bundles the steps: `lambdas/<step>/handler.ts` and all it imports become one
 * ES module, with the AWS SDK inside, so that what was tested is what runs.
 * Native libraries are copied in beside it, where esbuild reports that the
 * bundle asks for them. Unchanged input is not bundled again.
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync, type Metafile } from "esbuild";
import { externals, type NativeName, natives, nativesOf } from "./natives.ts";
import { type StepName, stepNames } from "./steps.ts";

export interface StepCode {
  /** What is zipped; steps that need the same native libraries share one, so they go up once. */
  readonly directory: string;
  /** Of the content: an unchanged function is not deployed again. */
  readonly hash: string;
  readonly handler: string;
}

export type StepBundles = Readonly<Record<StepName, StepCode>>;

const root = fileURLToPath(new URL("..", import.meta.url));
const cacheFolder = join(root, "node_modules/.cache/sluice-bundles");
/** All that decides what a bundle holds. */
const inputs = ["lambdas", "infra/bootstrap", "infra/bundle.ts", "infra/natives.ts", "models"];

/** CommonJS dependencies call `require`, which an ES module lacks. */
const banner = [
  'import { createRequire as sluiceCreateRequire } from "node:module";',
  "const require = sluiceCreateRequire(import.meta.url);",
].join("\n");

/** @throws Error when a step has no `handler.ts`, or does not bundle. */
export function bundleSteps(): StepBundles {
  const folder = join(
    cacheFolder,
    hashOf([...inputs, "package-lock.json"].map((i) => join(root, i))),
  );
  const manifest = join(folder, "manifest.json");
  if (!existsSync(manifest)) {
    // Built beside and renamed, so that an interrupted build is never taken for a whole one.
    const building = `${folder}.${process.pid}`;
    build(building, folder);
    try {
      renameSync(building, folder);
    } catch (error) {
      // Another process has built the same meanwhile: its build is as good.
      if (!existsSync(manifest)) throw error;
      rmSync(building, { recursive: true });
    }
    forgetOthers(folder);
  }
  return JSON.parse(readFileSync(manifest, "utf8")) as StepBundles;
}

function build(folder: string, finalFolder: string): void {
  const compiled = join(folder, "compiled");
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(
      stepNames.map((step) => [`${step}/index`, entryPoint(step, folder)]),
    ),
    outdir: compiled,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    sourcemap: "linked",
    sourcesContent: false,
    external: externals,
    banner: { js: banner },
    metafile: true,
    logLevel: "warning",
  });
  const bootstrap = buildBootstrap();
  const code: Partial<Record<StepName, StepCode>> = {};
  for (const [set, members] of stepsByNatives(metafile)) {
    const shared = set.length > 0;
    for (const group of shared ? [members] : members.map((step) => [step])) {
      const name = shared ? `with-${set.join("-")}` : String(group[0]);
      const directory = join(folder, "assets", name);
      for (const step of group)
        cpSync(join(compiled, step), join(directory, step), { recursive: true });
      writeFileSync(join(directory, "bootstrap.mjs"), bootstrap);
      copyFileSync(join(root, "infra/bootstrap/bootstrap.sh"), join(directory, "bootstrap"));
      chmodSync(join(directory, "bootstrap"), 0o755);
      for (const native of set) copyNative(native, directory);
      const hash = hashOf([directory]);
      for (const step of group) {
        code[step] = {
          directory: join(finalFolder, "assets", name),
          hash,
          handler: `${step}/index.handler`,
        };
      }
    }
  }
  rmSync(compiled, { recursive: true });
  writeFileSync(join(folder, "manifest.json"), JSON.stringify(code, undefined, 2));
}

/** Until a step is written, its function says so. */
function entryPoint(step: StepName, folder: string): string {
  const handler = `lambdas/${step}/handler.ts`;
  if (existsSync(join(root, handler))) return handler;
  const standIn = join(folder, `${step}.ts`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    standIn,
    `export function handler() { throw new Error("The step ${step} is not written yet."); }`,
  );
  return standIn;
}

function buildBootstrap(): string {
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: ["infra/bootstrap/main.ts"],
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    write: false,
  });
  return outputFiles.map((file) => file.text).join("");
}

/** Which steps need which native libraries, as the bundles themselves say. */
function stepsByNatives(metafile: Metafile): [readonly NativeName[], StepName[]][] {
  const sets = new Map<string, [readonly NativeName[], StepName[]]>();
  for (const step of stepNames) {
    const output = Object.entries(metafile.outputs).find(([path]) =>
      path.endsWith(`/${step}/index.mjs`),
    );
    const imports = output?.[1].imports.filter((i) => i.external).map((i) => i.path) ?? [];
    const set = nativesOf(imports);
    const key = set.join();
    const known = sets.get(key) ?? [set, []];
    known[1].push(step);
    sets.set(key, known);
  }
  return [...sets.values()];
}

function copyNative(native: NativeName, directory: string): void {
  for (const file of natives[native].files(root)) {
    const target = join(directory, file);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, file), target);
  }
}

/** SHA-256 over the paths and contents of files and folders, in a fixed order. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesOf(path)) {
      hash.update(relative(path, file)).update("\0").update(readFileSync(file)).update("\0");
    }
  }
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** One build is kept; the native libraries make each of them about 250 MB. */
function forgetOthers(folder: string): void {
  for (const entry of readdirSync(cacheFolder)) {
    const path = join(cacheFolder, entry);
    if (path !== folder) rmSync(path, { recursive: true, force: true });
  }
}
