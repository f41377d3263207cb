/**
 * `npm run pack:cli` and `npm pack ./cli`: bundles the command line with all that it imports into
 * `cli/dist`, so that the installed package has no dependencies. Chunks stay separate, because most
 * commands do not need the AWS clients.
 */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const folder = join(root, "cli");

const versionIn = (file: string) =>
  (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
const version = versionIn(join(root, "package.json"));
if (versionIn(join(folder, "package.json")) !== version) {
  throw new Error(`cli/package.json must have the version ${version} of package.json.`);
}

rmSync(join(folder, "dist"), { recursive: true, force: true });
await build({
  entryPoints: { sluice: join(folder, "run.ts") },
  outdir: join(folder, "dist"),
  bundle: true,
  splitting: true,
  platform: "node",
  format: "esm",
  target: "node20",
  minifySyntax: true,
  define: { SLUICE_INSTALLED: "true" },
  banner: {
    // Some dependencies are CommonJS and call `require` for Node's own modules.
    js: '#!/usr/bin/env node\nimport { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
  },
  legalComments: "none",
  logLevel: "warning",
});
// npm does not create the folder that it packs into.
mkdirSync(join(root, "dist"), { recursive: true });
copyFileSync(join(root, "LICENSE"), join(folder, "LICENSE"));
