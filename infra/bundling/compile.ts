import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { type BuildOptions, build, type Metafile } from "esbuild";
import {
  type FunctionEntry,
  functions,
  type StepName,
  stepNames,
} from "../../lambdas/functions.ts";
import type { Entry } from "./archive.ts";
import { externals, type NativeName, nativesOf } from "./natives.ts";
import { compilePage } from "./page.ts";
import { root } from "./paths.ts";

export interface CompiledStep {
  readonly entries: readonly Entry[];
  /** Imports of the bundle that esbuild left out. */
  readonly natives: readonly NativeName[];
  /** The source files of which the bundle holds some code, below the repository. */
  readonly sources: readonly string[];
}

/** CommonJS dependencies call `require`, which ES modules lack. */
const banner = [
  'import { createRequire as sluiceCreateRequire } from "node:module";',
  "const require = sluiceCreateRequire(import.meta.url);",
].join("\n");

/** Output names only: nothing is written. */
const outdir = join(root, "bundled");

const options = {
  absWorkingDir: root,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  mainFields: ["module", "main"],
  outExtension: { ".js": ".mjs" },
  write: false,
  outdir,
  logLevel: "warning",
} as const satisfies BuildOptions;

/**
 * Bundles each step's `handler.ts` with all its imports as `<step>/index.mjs`, and its worker, if
 * it has one, as `<step>/worker.mjs`.
 * @throws Error if a step cannot be bundled
 */
export async function compileSteps(): Promise<ReadonlyMap<StepName, CompiledStep>> {
  const { outputFiles, metafile } = await build({
    ...options,
    entryPoints: Object.fromEntries(stepNames.flatMap(entryPointsOf)),
    // Stack traces need the line numbers of the source, not its text.
    sourcemap: "linked",
    sourcesContent: false,
    // Names stay, because errors are matched by name. Whitespace is a third of what a cold start
    // reads.
    minifyWhitespace: true,
    external: [...externals],
    banner: { js: banner },
    metafile: true,
  });
  const page = (await compilePage()).map(({ path, content }) => ({
    path: `console/assets/${path}`,
    content,
  }));
  return new Map(
    stepNames.map((step) => {
      const entries: Entry[] = outputFiles
        .map((file) => ({ path: relative(outdir, file.path), content: Buffer.from(file.contents) }))
        .filter(({ path }) => path.startsWith(`${step}/`));
      if (step === "console") entries.push(...page);
      const outputs = outputsOf(metafile, step);
      const imports = outputs.flatMap((output) => output.imports);
      const external = imports.filter((one) => one.external).map(({ path }) => path);
      return [step, { entries, natives: nativesOf(external), sources: sourcesOf(outputs) }];
    }),
  );
}

/** The custom runtime's entry point (see `infra/bootstrap`). */
export async function compileBootstrap(): Promise<Entry> {
  const { outputFiles } = await build({
    ...options,
    entryPoints: { bootstrap: "infra/bootstrap/main.ts" },
  });
  const [file] = outputFiles;
  if (file === undefined) throw new Error("The bootstrap could not be bundled.");
  return { path: "bootstrap.mjs", content: Buffer.from(file.contents) };
}

type Output = Metafile["outputs"][string];

function outputsOf(metafile: Metafile, step: StepName): Output[] {
  return Object.entries(metafile.outputs)
    .filter(([path]) => path.endsWith(`/${step}/index.mjs`) || path.endsWith(`/${step}/worker.mjs`))
    .map(([, output]) => output);
}

function sourcesOf(outputs: readonly Output[]): string[] {
  const inputs = outputs.flatMap((output) => Object.entries(output.inputs));
  return [
    ...new Set(inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([path]) => path)),
  ];
}

function entryPointsOf(step: StepName): (readonly [name: string, file: string])[] {
  const { folder, worker }: FunctionEntry = functions[step];
  const handler = [`${step}/index`, entryPoint(step)] as const;
  return worker === undefined
    ? [handler]
    : [handler, [`${step}/worker`, `lambdas/${folder}/${worker}`]];
}

/** @throws Error if the step has no handler: each entry of lambdas/functions.ts needs a folder */
function entryPoint(step: StepName): string {
  const handler = `lambdas/${functions[step].folder}/handler.ts`;
  if (existsSync(join(root, handler))) return handler;
  throw new Error(
    `The step ${step} has no ${handler}. Add it, or remove ${step} from lambdas/functions.ts.`,
  );
}
