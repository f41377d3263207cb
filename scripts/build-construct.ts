/**
 * `npm run pack:construct` and `npm pack ./construct`: builds the CDK construct and the functions'
 * code into `construct/`, so that another app neither bundles nor compiles anything.
 */
import { copyFileSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { bundleSteps } from "../infra/bundling/bundle.ts";
import { unsupportedPlatform } from "../infra/bundling/platform.ts";
import { environment } from "../lambdas/platform/environment.ts";
import { run } from "../ops/processes.ts";

const root = join(import.meta.dirname, "..");
const folder = join(root, "construct");
const lib = join(folder, "lib");

const versionIn = (file: string) =>
  (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
const version = versionIn(join(root, "package.json"));
if (versionIn(join(folder, "package.json")) !== version) {
  throw new Error(`construct/package.json must have the version ${version} of package.json.`);
}
const unsupported = unsupportedPlatform();
if (unsupported !== undefined) throw new Error(unsupported);

for (const made of ["lib", "bundles", "statemachine"]) {
  rmSync(join(folder, made), { recursive: true, force: true });
  mkdirSync(join(folder, made));
}
await Promise.all([packBundles(), buildLibrary(), declareTypes()]);
copyFileSync(
  join(root, "statemachine/ingest.asl.json"),
  join(folder, "statemachine/ingest.asl.json"),
);
copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
// npm does not create the folder that it packs into.
mkdirSync(join(root, "dist"), { recursive: true });

/** Archives are named by their content, and several functions share one. */
async function packBundles(): Promise<void> {
  const packed = Object.entries(await bundleSteps()).map(([step, code]) => {
    const archive = basename(code.archive);
    copyFileSync(code.archive, join(folder, "bundles", archive));
    return [step, { ...code, archive }];
  });
  const file = join(folder, "bundles", "bundles.json");
  writeFileSync(file, `${JSON.stringify(Object.fromEntries(packed), undefined, 2)}\n`);
}

async function buildLibrary(): Promise<void> {
  await build({
    entryPoints: { index: join(root, "infra/sluice.ts") },
    outdir: lib,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node22",
    // The app's own: constructs of two libraries do not fit into each other.
    external: ["aws-cdk-lib", "aws-cdk-lib/*", "constructs", "zod"],
    banner: {
      // Some dependencies are CommonJS and call `require`.
      js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
    },
    legalComments: "none",
    logLevel: "warning",
  });
}

async function declareTypes(): Promise<void> {
  const config = join(lib, "tsconfig.json");
  const types = join(lib, "types");
  const options = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    outDir: types,
    rootDir: root,
  };
  const files = [join(root, "infra/sluice.ts")];
  const extended = join(root, "tsconfig.json");
  writeFileSync(
    config,
    JSON.stringify({ extends: extended, compilerOptions: options, files, include: [] }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { output, exitCode } = await run(process.execPath, [tsc, "--project", config], {
    cwd: root,
    env: environment,
  });
  if (exitCode !== 0) throw new Error(`The types could not be declared: ${output}`);
  rmSync(config);
  // Other apps may not import `.ts`; a declaration is found under the name of its JavaScript.
  for (const file of globSync(join(types, "**/*.d.ts"))) {
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(/(from "|import\(")(\.[^"]+)\.ts"/g, '$1$2.js"'));
  }
}
